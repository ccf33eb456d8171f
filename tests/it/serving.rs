//! A transport behind a socket, and requests written byte for byte.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use http_body_util::BodyExt as _;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use pubsub_runtime::{
    __private::wire::{HttpOptions, HttpTransport},
    RandomIds,
};
use pubsub_tests::recorded::Recorded;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The recorded router behind these options.
pub(crate) fn transport(router: Recorded, options: HttpOptions) -> Arc<HttpTransport> {
    let ids = Arc::new(RandomIds::default());
    Arc::new(HttpTransport::new(Arc::new(router), ids, options))
}

/// A server on a port of its own; it ends when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

impl Server {
    pub(crate) async fn start(transport: Arc<HttpTransport>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let accepting = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.expect("a connection");
                let transport = Arc::clone(&transport);
                let service = service_fn(move |request| {
                    let transport = Arc::clone(&transport);
                    async move { Ok::<_, Infallible>(transport.handle(request).await) }
                });
                tokio::spawn(
                    http1::Builder::new()
                        .serve_connection(TokioIo::new(socket), service)
                        .with_upgrades(),
                );
            }
        });
        Self {
            address,
            accepting: Some(accepting),
        }
    }

    /// A server somebody else runs.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self {
            address,
            accepting: None,
        }
    }

    /// Sends these bytes and reads one answer.
    pub(crate) async fn send(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut socket = TcpStream::connect(self.address)
            .await
            .expect("a connection");
        socket
            .write_all(request.as_ref())
            .await
            .expect("the request is sent");
        let reading = Answer::read(&mut socket);
        tokio::time::timeout(Duration::from_secs(10), reading)
            .await
            .expect("an answer in time")
    }

    /// A GET request.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> Answer {
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        self.send(request).await
    }

    /// A POST request with a JSON body.
    pub(crate) async fn post(&self, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.send(request).await
    }
}

/// One answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Reads a head, and as much of a body as `content-length` says; a stream to the end of its chunks.
    async fn read(socket: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let head_end = loop {
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                break end;
            }
            let read = socket.read_buf(&mut bytes).await.expect("a head");
            assert!(read > 0, "the connection closed before an answer");
        };
        let head = String::from_utf8(bytes[..head_end].to_vec()).expect("ASCII");
        let mut answer = Self {
            status: head
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok())
                .expect("a status"),
            head,
            body: String::new(),
        };
        let length = answer
            .header("content-length")
            .map(|length| length.parse::<usize>().expect("a number"));
        let chunked = answer.header("transfer-encoding").is_some();
        let start = head_end + 4;
        loop {
            let body = &bytes[start..];
            match length {
                Some(length) if body.len() >= length => break,
                None if !chunked || body.ends_with(b"0\r\n\r\n") => break,
                _ => {}
            }
            if socket.read_buf(&mut bytes).await.expect("a body") == 0 {
                break;
            }
        }
        answer.body = String::from_utf8_lossy(&bytes[start..]).into_owned();
        if chunked {
            answer.body = unchunked(&answer.body);
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts that this is an error with tRPC's envelope.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, name: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let error = &self.json()["error"];
        assert_eq!(error["data"]["code"], name, "{self:?}");
        assert_eq!(error["data"]["httpStatus"], status, "{self:?}");
        assert!(error["message"].is_string(), "{self:?}");
        assert!(error["code"].is_i64(), "{self:?}");
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("the size of a chunk");
        whole.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    whole
}

/// The answer of a transport without a socket.
pub(crate) async fn handled(
    transport: &HttpTransport,
    request: http::Request<http_body_util::Full<bytes::Bytes>>,
) -> (http::response::Parts, String) {
    let (parts, body) = transport.handle(request).await.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (parts, String::from_utf8(body.to_vec()).expect("UTF-8"))
}
