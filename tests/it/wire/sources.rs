//! What a stream does with its source: it lets go of it when the client leaves, survives its panic, and spreads who comes back.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use pubsub_runtime::{
    __private::wire::{
        BoxFuture, Caller, End, EventsRequest, Framing, HttpOptions, HttpTransport, ProcedureKind,
        Procedures, Source, Step,
    },
    RandomIds, Result,
};
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::serving::Server;

/// Subscriptions that hold a share of something, to see whether they are still there.
struct Held(Arc<()>);

/// Says nothing, panics, or closes for its client to come back.
struct Quiet {
    _share: Arc<()>,
    path: String,
}

impl Source for Quiet {
    fn poll_frames(
        &mut self,
        _: &mut Context<'_>,
        _: &dyn Framing,
        _: usize,
        _: &mut Vec<Bytes>,
    ) -> Poll<Step> {
        match self.path.as_str() {
            "panic" => panic!("a source that panics"),
            "close" => Poll::Ready(Step::End(End::Closed)),
            _ => Poll::Pending,
        }
    }
}

impl Procedures for Held {
    fn kind(&self, _: &str) -> Option<ProcedureKind> {
        Some(ProcedureKind::Subscription)
    }

    fn call(
        &self,
        _: Caller,
        _: &str,
        _: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Option<Box<RawValue>>>> {
        Box::pin(async { Ok(None) })
    }

    fn subscribe(
        &self,
        _: Caller,
        path: &str,
        _: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Box<dyn Source>>> {
        let source = Quiet {
            _share: Arc::clone(&self.0),
            path: path.to_owned(),
        };
        Box::pin(async { Ok(Box::new(source) as Box<dyn Source>) })
    }

    fn events(&self, caller: Caller, request: EventsRequest) -> BoxFuture<Result<Box<dyn Source>>> {
        self.subscribe(caller, &request.channels.concat(), None)
    }
}

async fn server() -> (Server, Arc<()>) {
    let held = Arc::new(());
    let transport = HttpTransport::new(
        Arc::new(Held(Arc::clone(&held))),
        Arc::new(RandomIds::default()),
        HttpOptions::default(),
    );
    (Server::start(Arc::new(transport)).await, held)
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_subscription() {
    let (server, held) = server().await;
    // One share is the router's, one the test's.
    let idle = Arc::strong_count(&held);
    for path in ["/trpc/quiet", "/events?channel=quiet"] {
        let mut socket = TcpStream::connect(server.address)
            .await
            .expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        socket.write_all(request.as_bytes()).await.expect("sent");
        let mut first = [0; 16];
        socket.read_exact(&mut first).await.expect("a head");
        assert_eq!(Arc::strong_count(&held), idle + 1, "{path}");
        drop(socket);
        let gone = async {
            while Arc::strong_count(&held) > idle {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), gone)
            .await
            .expect("the subscription is gone");
    }
}

#[tokio::test]
async fn a_source_that_panics_ends_its_stream_with_an_error() {
    let (server, _held) = server().await;
    let answer = server.get("/trpc/panic", "").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.ends_with(
            "event: serialized-error\ndata: {\"message\":\"internal server error\",\"code\":-32603,\"data\":{\"code\":\"INTERNAL_SERVER_ERROR\",\"httpStatus\":500,\"path\":\"panic\"}}\n\n"
        ),
        "{answer:?}"
    );
    let answer = server.get("/events?channel=panic", "").await;
    assert!(
        answer
            .body
            .contains("event: pubsub:error\ndata: {\"error\":{"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_stream_that_closes_tells_each_client_another_time_to_come_back() {
    let (server, _held) = server().await;
    let mut waits = std::collections::BTreeSet::new();
    for path in ["/trpc/close", "/events?channel=close"].repeat(10) {
        let answer = server.get(path, "").await;
        let (_, last) = answer.body.rsplit_once("retry: ").expect("a last `retry:`");
        let wait: u64 = last.trim_end().parse().expect("only a number follows");
        assert!((1_000..3_000).contains(&wait), "{wait}");
        waits.insert(wait);
    }
    assert!(waits.len() > 1, "{waits:?}");
}
