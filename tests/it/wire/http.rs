//! The recorded exchanges over HTTP, answered by the transport alone and through a socket.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use hyper::{client, server, service::service_fn};
use hyper_util::rt::TokioIo;
use pubsub_runtime::{
    __private::wire::{Cors, HttpOptions, HttpTransport, Limits},
    ErrorKind, RandomIds,
};
use pubsub_tests::recorded::Recorded;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    #[serde(default)]
    server_options: Value,
    exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exchange {
    #[serde(default)]
    label: String,
    request: Sent,
    response: Option<Received>,
    #[serde(default)]
    lenient_message: bool,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Received {
    status: u16,
    headers: BTreeMap<String, String>,
    #[serde(default = "yes")]
    complete: bool,
    body: Option<String>,
}

fn yes() -> bool {
    true
}

/// Exchanges a JSON-only server that answers v10 as v11 does not repeat; README.md beside the recordings says why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "v11-raw-requests",
        "multipart form data to a JSON procedure",
    ),
    ("v11-raw-requests", "octet-stream to a JSON procedure"),
    (
        "v11-raw-requests",
        "bad JSON is not noticed by a v11 procedure without an input parser",
    ),
    ("v11-raw-requests", "batch: one bad-input element"),
];

/// Exchanges whose message is this server's own.
const OWN_MESSAGE: &[(&str, &str)] = &[
    ("v11-limits", "body of 100 bytes"),
    ("v10-http-batch-errors", ""),
    ("v10-cors", "actual error"),
];

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the recordings are there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter(|path| !path.to_string_lossy().contains("-ws-"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a text file");
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

/// A transport set up as the recorded server was.
fn transport(case: &Case) -> Arc<HttpTransport> {
    let set = |pointer: &str| case.server_options.pointer(pointer);
    let millis = |pointer: &str| {
        set(pointer)
            .and_then(Value::as_u64)
            .map(Duration::from_millis)
    };
    let size = |pointer: &str| {
        set(pointer)
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
    };
    let defaults = Limits::default();
    let limits = Limits {
        max_body_bytes: size("/maxBodySize").unwrap_or(defaults.max_body_bytes),
        max_batch: match set("/allowBatching") {
            Some(Value::Bool(false)) => 0,
            _ => size("/maxBatchSize").unwrap_or(defaults.max_batch),
        },
        ping_interval: millis("/jsonl/pingMs").unwrap_or(defaults.ping_interval),
        reconnect_after_inactivity: millis("/sse/client/reconnectAfterInactivityMs")
            .unwrap_or_default(),
        ..defaults
    };
    let middleware = set("/middleware")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let options = HttpOptions {
        limits,
        cors: Cors {
            origins: middleware
                .starts_with("cors")
                .then(|| "http://app.example".to_owned())
                .into_iter()
                .collect(),
            credentials: middleware.contains("credentials: true"),
            ..Cors::default()
        },
        method_override: set("/allowMethodOverride").is_some(),
        path_separator: set("/pathSeparator")
            .and_then(Value::as_str)
            .and_then(|separator| separator.chars().next()),
        ..HttpOptions::default()
    };
    let router = Recorded {
        refuse: match case.name.as_str() {
            "v11-context-error" => Some((ErrorKind::Unauthorized, "who are you")),
            "v11-sse-context-error" => Some((ErrorKind::Unauthorized, "who")),
            _ => None,
        },
        ping: millis("/sse/ping/intervalMs"),
        max_duration: millis("/sse/maxDurationMs"),
    };
    let ids = Arc::new(RandomIds::default());
    Arc::new(HttpTransport::new(Arc::new(router), ids, options))
}

fn request(sent: &Sent) -> Request<Full<Bytes>> {
    let mut builder = Request::builder()
        .method(sent.method.as_str())
        .uri(&sent.path)
        .header("host", "localhost");
    for (name, value) in &sent.headers {
        builder = builder.header(name, value);
    }
    let body = sent.body.clone().unwrap_or_default();
    builder.body(body.into()).expect("a recorded request")
}

/// What came back, read to its end or, where the recorded client left first, as far as it did.
async fn read<B>(response: Response<B>, recorded: &Received) -> Answer
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Debug,
{
    let (parts, mut body) = response.into_parts();
    let mut text = Vec::new();
    let partial = recorded.body.as_deref().filter(|_| !recorded.complete);
    let wanted = partial.map_or(0, |body| events(body).len());
    let reading = async {
        while let Some(frame) = body.frame().await {
            let data = frame.expect("a body without errors").into_data();
            text.extend_from_slice(&data.unwrap_or_default());
            let so_far = String::from_utf8_lossy(&text);
            if !recorded.complete && so_far.ends_with("\n\n") && events(&so_far).len() >= wanted {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading)
        .await
        .expect("the answer came to its end");
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(text).expect("UTF-8"),
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().expect("ASCII"))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// The events of an SSE body: event, data, id.
fn events(body: &str) -> Vec<(String, String, String)> {
    let mut events = Vec::new();
    let mut event = (String::new(), None::<String>, String::new());
    for line in body.lines() {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name {
            "" => {
                if let (name, Some(data), id) = std::mem::take(&mut event) {
                    events.push((name, data, id));
                }
            }
            "event" => value.clone_into(&mut event.0),
            "data" => event.1 = Some(event.1.map_or(value.into(), |data| data + "\n" + value)),
            "id" => value.clone_into(&mut event.2),
            "retry" => {}
            other => panic!("unexpected field {other:?}"),
        }
    }
    events
}

/// The calls of a JSON Lines body, by index: promises resolved, whether nested or flat.
fn json_lines(body: &str) -> Value {
    assert!(body.ends_with('\n'), "every line ends with a line feed");
    let mut lines = body
        .split_terminator('\n')
        .map(|line| serde_json::from_str::<Value>(line.trim_start()).expect("a line is JSON"));
    let head = lines.next().expect("a head");
    let chunks: BTreeMap<u64, Value> = lines
        .map(|line| {
            assert_eq!(line[1], json!(0), "fulfilled");
            (line[0].as_u64().expect("a chunk id"), line[2].clone())
        })
        .collect();
    let head = head.as_object().expect("an object of calls");
    head.iter()
        .map(|(index, encoded)| (index.clone(), resolved(encoded, &chunks)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn resolved(encoded: &Value, chunks: &BTreeMap<u64, Value>) -> Value {
    let encoded = encoded.as_array().expect("a value and its promises");
    let (value, promises) = encoded.split_first().expect("a value");
    let Some(value) = value.get(0) else {
        return json!("<undefined>");
    };
    let mut value = value.clone();
    for promise in promises {
        let id = promise[2].as_u64().expect("a chunk id");
        let kept = resolved(chunks.get(&id).expect("the promise is kept"), chunks);
        match &promise[0] {
            Value::String(key) if kept == "<undefined>" => {
                value.as_object_mut().expect("an object").remove(key);
            }
            Value::String(key) => value[key] = kept,
            _ => value = kept,
        }
    }
    value
}

/// The value without what is this server's own: `data.issues`, and the messages where they are a validator's.
fn without_own_text(mut value: Value, lenient: bool) -> Value {
    match &mut value {
        Value::Object(members) => {
            let shape = members.contains_key("code") && members.contains_key("message");
            if shape && lenient {
                members.remove("message");
            }
            if members.contains_key("httpStatus") {
                members.remove("issues");
            }
            for member in members.values_mut() {
                *member = without_own_text(member.take(), lenient);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                *element = without_own_text(element.take(), lenient);
            }
        }
        _ => {}
    }
    value
}

fn json_or_text(text: &str, lenient: bool) -> Value {
    serde_json::from_str(text).map_or(json!(text), |value| without_own_text(value, lenient))
}

fn compare(recorded: &Received, sent: &Sent, answer: &Answer, lenient: bool) {
    assert_eq!(answer.status, recorded.status, "{answer:?}");
    let preflight = recorded
        .headers
        .contains_key("access-control-allow-methods");
    for (name, value) in &recorded.headers {
        let given = answer.header(name).unwrap_or_default();
        match name.as_str() {
            "content-type" if value == "text/event-stream" => assert_eq!(&given, value),
            "content-type" => assert_eq!(given, "application/json"),
            "allow"
            | "cache-control"
            | "x-accel-buffering"
            | "access-control-allow-credentials" => assert_eq!(&given, value, "{name}"),
            // This server names origins instead of allowing all.
            "access-control-allow-origin" => assert_eq!(given, sent.headers["origin"]),
            "access-control-allow-headers" => {
                for header in value.split(',') {
                    assert!(
                        given.split(", ").any(|allowed| allowed == header),
                        "{header}"
                    );
                }
            }
            "vary" if preflight => assert_eq!(given, "Origin"),
            "vary" => {
                for member in value.split(", ") {
                    assert!(given.split(", ").any(|varied| varied == member), "{given}");
                }
            }
            _ => {}
        }
    }
    let Some(body) = &recorded.body else {
        assert_eq!(answer.body, "");
        return;
    };
    if recorded
        .headers
        .get("content-type")
        .is_some_and(|media| media == "text/event-stream")
    {
        let comparable = |body: &str| -> Vec<Value> {
            let events = events(body).into_iter();
            events
                .map(|(event, data, id)| {
                    // A ping of this server carries the place of the client.
                    let id = if event == "ping" { String::new() } else { id };
                    json!([event, json_or_text(&data, lenient), id])
                })
                .collect()
        };
        let (given, wanted) = (comparable(&answer.body), comparable(body));
        if recorded.complete {
            assert_eq!(given, wanted);
        } else {
            assert_eq!(given.get(..wanted.len()), Some(&wanted[..]), "{given:?}");
        }
    } else if body.starts_with(r#"{"0":[["#) {
        let given = without_own_text(json_lines(&answer.body), lenient);
        assert_eq!(given, without_own_text(json_lines(body), lenient));
    } else {
        assert_eq!(
            json_or_text(&answer.body, lenient),
            json_or_text(body, lenient)
        );
        assert!(serde_json::from_str::<Value>(&answer.body).is_ok());
    }
}

/// Sends every exchange of every case to `answer`; says which failed.
async fn replay(mut answer: impl AsyncFnMut(&Arc<HttpTransport>, &Exchange, &Received) -> Answer) {
    let mut replayed = 0;
    let mut failed = Vec::new();
    for case in cases() {
        let transport = transport(&case);
        for exchange in &case.exchanges {
            let key = (case.name.as_str(), exchange.label.as_str());
            let Some(recorded) = &exchange.response else {
                continue;
            };
            if LEFT_OUT.contains(&key) || left_out(&case, exchange) {
                continue;
            }
            replayed += 1;
            let answer = answer(&transport, exchange, recorded).await;
            let lenient = exchange.lenient_message || OWN_MESSAGE.contains(&key);
            let compared = std::panic::catch_unwind(|| {
                compare(recorded, &exchange.request, &answer, lenient);
            });
            if compared.is_err() {
                failed.push(format!("{} {} {}", key.0, key.1, exchange.request.path));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {replayed} failed: {failed:#?}",
        failed.len()
    );
    assert!(replayed >= 170, "only {replayed} exchanges were found");
}

/// A stream that is refused as a whole is answered 200 with an error for each call, and all items are tracked.
fn left_out(case: &Case, exchange: &Exchange) -> bool {
    let streamed = exchange.request.headers.contains_key("trpc-accept");
    let mixed = exchange.request.path.contains("subscribeMixed");
    mixed || (case.name == "v11-batching-off" && streamed)
}

#[tokio::test]
async fn recorded_exchanges_are_repeated_without_a_socket() {
    replay(async |transport, exchange, recorded| {
        let response = transport.handle(request(&exchange.request)).await;
        read(response, recorded).await
    })
    .await;
}

#[tokio::test]
async fn recorded_exchanges_are_repeated_over_a_socket() {
    replay(async |transport, exchange, recorded| {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let transport = Arc::clone(transport);
        let serving = tokio::spawn(async move {
            let (socket, _) = listener.accept().await.expect("a connection");
            let service = service_fn(move |request| {
                let transport = Arc::clone(&transport);
                async move { Ok::<_, std::convert::Infallible>(transport.handle(request).await) }
            });
            // It ends with an error where the client leaves first.
            let _ended = server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
        let socket = TcpStream::connect(address).await.expect("a connection");
        let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(socket))
            .await
            .expect("a handshake");
        let connection = tokio::spawn(connection);
        let request = request(&exchange.request);
        let response = sender.send_request(request).await.expect("an answer");
        let answer = read(response, recorded).await;
        connection.abort();
        serving.abort();
        answer
    })
    .await;
}
