//! Against a real socket that speaks recorded bytes: connections are cut, silent, refused or answered.

use std::{
    collections::VecDeque, fmt::Write as _, future::IntoFuture, sync::Mutex, time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;
use crate::{
    client::{Answer, Call, ChannelClient, Filters, Received, Status, Subscription},
    declarations::event::Event,
    words::{
        envelope::{Raw, Timestamp},
        system::GapReason,
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCreated {
    order_id: String,
}

impl Event for OrderCreated {
    const NAME: &'static str = "orders:created";
    const CHANNEL: &'static str = "orders";
    const VERSION: u32 = 1;
}

/// What the server does after it sent the bytes of one connection.
#[derive(Clone, Copy)]
enum After {
    Close,
    /// Closes in the middle of a chunk, which is an error to the client and not an end.
    Cut,
    Hold,
}

struct Server {
    base: String,
    requests: mpsc::Receiver<String>,
}

impl Server {
    /// Answers the n-th connection with the n-th script, and refuses further ones with 404.
    async fn start(scripts: impl IntoIterator<Item = (String, After)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel(64);
        let scripts = Mutex::new(scripts.into_iter().collect::<VecDeque<_>>());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read_request(&mut stream).await;
                let script = scripts.lock().unwrap().pop_front();
                let (bytes, after) = script.unwrap_or_else(|| {
                    let body = error_body("NOT_FOUND", 404, "the script is over");
                    (
                        response("404 Not Found", "application/json", &body),
                        After::Close,
                    )
                });
                sender.send(request).await.unwrap();
                tokio::spawn(async move {
                    stream.write_all(bytes.as_bytes()).await.ok();
                    match after {
                        After::Close => stream.write_all(b"0\r\n\r\n").await.unwrap_or(()),
                        After::Cut => stream.write_all(b"ff\r\nid: lost").await.unwrap_or(()),
                        // Until the client leaves.
                        After::Hold => drop(stream.read(&mut [0; 1]).await),
                    }
                });
            }
        });
        Self { base, requests }
    }

    fn orders(&self) -> ChannelClient<HttpTransport> {
        self.orders_with(|builder| builder)
    }

    fn orders_with(
        &self,
        change: impl FnOnce(HttpTransportBuilder) -> HttpTransportBuilder,
    ) -> ChannelClient<HttpTransport> {
        let builder = HttpTransport::builder(&self.base)
            .client(reqwest::Client::builder().no_proxy().build().unwrap())
            .reconnect_delay(Duration::from_millis(10), Duration::from_millis(50));
        ChannelClient::new(change(builder).build().unwrap(), "orders")
    }

    async fn request(&mut self) -> String {
        tokio::time::timeout(Duration::from_secs(10), self.requests.recv())
            .await
            .expect("the client connects")
            .expect("the server runs")
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the client left in the middle of a request");
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        let Some(head) = text.find("\r\n\r\n") else {
            continue;
        };
        let length = text
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
            .unwrap_or(0);
        if request.len() >= head + 4 + length {
            return String::from_utf8(request).unwrap();
        }
    }
}

fn response(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn json(body: &str) -> (String, After) {
    (response("200 OK", "application/json", body), After::Close)
}

/// An event stream of these chunks.
fn stream(frames: &[String], after: After) -> (String, After) {
    let mut bytes = String::from(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
    );
    for frame in frames {
        write!(bytes, "{:x}\r\n{frame}\r\n", frame.len()).unwrap();
    }
    (bytes, after)
}

fn frame(id: &str, event_id: &str, name: &str, payload: &str) -> String {
    format!(
        "id: {id}\nevent: {name}\ndata: {{\"id\":\"{event_id}\",\"name\":\"{name}\",\"channel\":\"orders\",\"payload\":{payload},\"timestamp\":\"2026-01-01T00:00:00.000Z\"}}\n\n"
    )
}

fn order(number: u32) -> String {
    let payload = format!("{{\"orderId\":\"o{number}\"}}");
    frame(
        &format!("c1.{number}"),
        &format!("uuid-{number}"),
        "orders:created",
        &payload,
    )
}

fn ready(cursor: &str) -> String {
    frame(
        cursor,
        cursor,
        "pubsub:ready",
        &format!("{{\"cursor\":\"{cursor}\"}}"),
    )
}

fn gap(cursor: &str) -> String {
    let payload = format!(
        "{{\"channel\":\"orders\",\"reason\":\"retention\",\"missed\":3,\"requested\":\"c1.1\",\"resumeFrom\":\"{cursor}\"}}"
    );
    frame(cursor, cursor, "pubsub:gap", &payload)
}

fn error_body(code: &str, status: u16, message: &str) -> String {
    format!(
        "{{\"error\":{{\"message\":\"{message}\",\"code\":-32000,\"data\":{{\"code\":\"{code}\",\"httpStatus\":{status}}}}}}}"
    )
}

fn id<P>(received: Option<Received<P>>) -> String {
    match received {
        Some(Received::Event(envelope)) => envelope.id,
        Some(Received::Gap(gap)) => format!("gap {}", gap.reason.as_str()),
        Some(Received::Snapshot(snapshot)) => format!("snapshot {}", snapshot.payload.get()),
        Some(Received::Live) => "live".to_owned(),
        None => "end".to_owned(),
    }
}

#[tokio::test]
async fn resumes_after_the_last_id_when_the_connection_ends_or_breaks() {
    let mut server = Server::start([
        stream(&[ready("c1.0"), order(1)], After::Cut),
        stream(
            &[
                ready("c1.1"),
                order(2),
                "event: ping\nid: c1.7\ndata:\n\n".to_owned(),
            ],
            After::Close,
        ),
        stream(&[ready("c1.7"), order(8)], After::Hold),
    ])
    .await;
    let mut orders = server.orders().subscribe().await.unwrap();
    assert_eq!(orders.cursor(), "c1.0");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    assert_eq!(orders.cursor(), "c1.1");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-2");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-8");
    assert_eq!(orders.cursor(), "c1.8");

    let first = server.request().await;
    assert!(
        first.starts_with("GET /events?channel=orders&ids=cursor HTTP/1.1\r\n"),
        "{first}"
    );
    assert!(first.contains("accept: text/event-stream\r\n"), "{first}");
    assert!(!first.contains("last-event-id"), "{first}");
    assert!(server.request().await.contains("last-event-id: c1.1\r\n"));
    assert!(server.request().await.contains("last-event-id: c1.7\r\n"));
}

#[tokio::test]
async fn a_gap_comes_before_the_event_after_it_and_repeats_are_dropped() {
    let mut server = Server::start([
        stream(&[ready("c1.0"), order(1), order(2)], After::Close),
        stream(
            &[gap("c1.4"), ready("c1.4"), order(2), order(5)],
            After::Hold,
        ),
    ])
    .await;
    let mut orders = server
        .orders()
        .on::<OrderCreated>()
        .resume_from("c1.0")
        .await
        .unwrap();
    assert!(server.request().await.contains("last-event-id: c1.0\r\n"));
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-2");
    let Some(Received::Gap(gap)) = orders.next().await.unwrap() else {
        panic!("a gap is told");
    };
    assert_eq!((gap.reason, gap.missed), (GapReason::Retention, Some(3)));
    assert_eq!(orders.cursor(), "c1.4");
    let Some(Received::Event(envelope)) = orders.next().await.unwrap() else {
        panic!("an event follows");
    };
    assert_eq!(
        envelope.payload,
        OrderCreated {
            order_id: "o5".to_owned()
        }
    );
}

#[tokio::test]
async fn a_gap_at_the_start_is_yielded_and_until_then_the_place_is_the_old_one() {
    let server = Server::start([stream(
        &[gap("c1.9"), ready("c1.9"), order(10)],
        After::Hold,
    )])
    .await;
    let mut orders = server
        .orders()
        .subscribe()
        .resume_from("c1.1")
        .await
        .unwrap();
    assert_eq!(orders.cursor(), "c1.1");
    assert_eq!(id(orders.next().await.unwrap()), "gap retention");
    assert_eq!(orders.cursor(), "c1.9");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-10");
}

#[tokio::test]
async fn starts_and_filters_are_asked_for_on_every_connection() {
    let mut server = Server::start([
        stream(&[ready("c1.0"), order(1)], After::Close),
        stream(&[ready("c1.1"), order(2)], After::Hold),
        stream(&[ready("c1.0")], After::Hold),
    ])
    .await;
    let filters = Filters::new().with("orderId", "a&b").with("orderId", 2);
    let mut orders = server
        .orders()
        .subscribe()
        .from_earliest()
        .filter(filters)
        .await
        .unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-2");
    let query = "GET /events?channel=orders&ids=cursor&from=earliest&filters=%7B%22orderId%22%3A%5B%22a%26b%22%2C2%5D%7D HTTP/1.1\r\n";
    for _ in 0..2 {
        let request = server.request().await;
        assert!(request.starts_with(query), "{request}");
    }

    let since = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    server.orders().subscribe().since(since).await.unwrap();
    let request = server.request().await;
    let query =
        "GET /events?channel=orders&ids=cursor&since=2026-01-01T00%3A00%3A00.000Z HTTP/1.1\r\n";
    assert!(request.starts_with(query), "{request}");
}

#[tokio::test]
async fn a_filter_that_cannot_be_sent_is_an_error_before_anything_is_asked() {
    let server = Server::start([]).await;
    let error = server
        .orders()
        .subscribe()
        .filter(Filters::new().with("orderId", vec!["a"]))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::Declaration { what: "filter", .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_gap_that_ends_the_subscription_is_a_typed_error_at_the_start_and_later() {
    let shape = "{\"message\":\"events are lost\",\"code\":-32012,\"data\":{\"code\":\"PRECONDITION_FAILED\",\"httpStatus\":412,\"gap\":{\"channel\":\"orders\",\"reason\":\"retention\",\"missed\":3,\"requested\":\"c1.1\",\"resumeFrom\":\"c1.9\"}}}";
    let refusal = response(
        "412 Precondition Failed",
        "application/json",
        &format!("{{\"error\":{shape}}}"),
    );
    let server = Server::start([
        (refusal, After::Close),
        stream(
            &[
                ready("c1.0"),
                order(1),
                frame("c1.1", "c1.1", "pubsub:error", shape),
                order(2),
            ],
            After::Hold,
        ),
    ])
    .await;
    let assert_gap = |error: ClientError| {
        assert!(!error.is_retryable());
        assert_eq!(
            error.to_string(),
            "events of channel `orders` are lost (retention), and its subscriptions end then"
        );
        let ClientError::Gap(gap) = error else {
            panic!("{error:?}");
        };
        assert_eq!((gap.missed, gap.resume_from.as_str()), (Some(3), "c1.9"));
    };
    let orders = server.orders();
    assert_gap(orders.subscribe().resume_from("c1.1").await.unwrap_err());
    let mut orders = orders.subscribe().await.unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    assert_gap(orders.next().await.unwrap_err());
    assert_eq!(id(orders.next().await.unwrap()), "end");
}

#[tokio::test]
async fn a_subscription_of_one_event_still_tells_gaps_snapshots_and_that_it_caught_up() {
    let live = |cursor: &str| {
        let payload = format!("{{\"cursor\":\"{cursor}\"}}");
        frame(cursor, cursor, "pubsub:live", &payload)
    };
    let server = Server::start([
        stream(
            &[ready("c1.0"), live("c1.0"), live("c1.2"), order(3)],
            After::Close,
        ),
        stream(
            &[
                gap("c1.4"),
                frame("c1.6", "c1.6", "pubsub:snapshot", "[\"o5\",\"o6\"]"),
                ready("c1.6"),
                frame("c1.7", "uuid-7", "orders:other", "{}"),
                order(8),
                live("c1.8"),
                frame("c1.9", "c1.9", "pubsub:snapshot", "5"),
                order(10),
            ],
            After::Hold,
        ),
    ])
    .await;
    let mut orders = server
        .orders()
        .on::<OrderCreated>()
        .snapshots_as::<Vec<String>>()
        .await
        .unwrap();
    let mut seen = Vec::new();
    while seen.len() < 8 {
        seen.push(match orders.next().await {
            Ok(Some(Received::Event(event))) => event.payload.order_id,
            Ok(Some(Received::Gap(gap))) => format!("gap {:?}", gap.missed),
            Ok(Some(Received::Snapshot(snapshot))) => format!("snapshot {:?}", snapshot.payload),
            Ok(Some(Received::Live)) => format!("live {}", orders.cursor()),
            Ok(None) => "end".to_owned(),
            Err(error) => error.to_string(),
        });
    }
    let expected = [
        "live c1.0",
        "o3",
        "gap Some(3)",
        "snapshot [\"o5\", \"o6\"]",
        "o8",
        "live c1.8",
        "the snapshot does not fit the declaration of this client",
        "o10",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_silent_stream_is_opened_again() {
    let server = Server::start([
        stream(&[ready("c1.0")], After::Hold),
        stream(&[ready("c1.0"), order(1)], After::Hold),
    ])
    .await;
    let client = server.orders_with(|builder| builder.idle_timeout(Duration::from_millis(200)));
    let mut orders = client.subscribe().await.unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
}

#[tokio::test]
async fn a_refusal_is_an_error_at_the_start_and_later() {
    let refusal = response(
        "403 Forbidden",
        "application/json",
        &error_body("FORBIDDEN", 403, "no"),
    );
    let server = Server::start([(refusal.clone(), After::Close)]).await;
    let error = server.orders().subscribe().await.unwrap_err();
    let ClientError::Rejected(rejection) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (rejection.code.as_str(), rejection.http_status),
        ("FORBIDDEN", 403)
    );
    assert!(!error.is_retryable());

    let server = Server::start([
        stream(&[ready("c1.0"), order(1)], After::Close),
        (refusal, After::Close),
    ])
    .await;
    let mut orders = server.orders().subscribe().await.unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    assert!(matches!(orders.next().await, Err(ClientError::Rejected(_))));
    assert_eq!(id(orders.next().await.unwrap()), "end");
}

#[tokio::test]
async fn trouble_that_passes_is_waited_out() {
    let unavailable = response("503 Service Unavailable", "text/plain", "later");
    let limited = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let mut server = Server::start([
        stream(&["retry: 20\n\n".to_owned(), ready("c1.0")], After::Close),
        (unavailable, After::Close),
        (limited.to_owned(), After::Close),
        stream(&[ready("c1.0"), order(1)], After::Hold),
    ])
    .await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let client = server.orders_with(|builder| {
        builder.on_connection(move |connection| {
            telling.lock().unwrap().push(match connection {
                Connection::Open => "open".to_owned(),
                Connection::Lost { error: None, .. } => "ended".to_owned(),
                Connection::Lost {
                    error: Some(error), ..
                } => error.to_string(),
            });
        })
    });
    let mut orders = client.subscribe().await.unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    for _ in 0..4 {
        server.request().await;
    }
    let told = told.lock().unwrap();
    assert_eq!(
        *told,
        [
            "open",
            "ended",
            "the server answered 503 Service Unavailable instead of an event stream",
            "the server answered 429 Too Many Requests instead of an event stream",
            "open"
        ]
    );
}

#[tokio::test]
async fn an_event_that_is_too_large_or_no_envelope_ends_the_stream_with_an_error() {
    let large = format!("data: {}\n\n", "x".repeat(5_000));
    let server = Server::start([
        stream(&[ready("c1.0"), large], After::Hold),
        stream(&[ready("c1.0"), "data: {\"id\":1}\n\n".to_owned()], After::Hold),
        stream(&[ready("c1.0"), frame("c1.1", "c1.1", "pubsub:error", "{\"message\":\"gone\",\"code\":-32012,\"data\":{\"code\":\"PRECONDITION_FAILED\",\"httpStatus\":412}}")], After::Hold),
    ])
    .await;
    let client = server.orders_with(|builder| builder.max_event_bytes(4_096));
    for expected in [
        "cannot be read",
        "not an envelope",
        "PRECONDITION_FAILED: gone",
    ] {
        let mut orders = client.subscribe().await.unwrap();
        let error = orders.next().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(id(orders.next().await.unwrap()), "end");
    }
}

#[tokio::test]
async fn an_error_in_the_stream_ends_it_only_if_it_is_for_good() {
    let error = |code: &str, status| {
        let body = error_body(code, status, "so");
        format!("event: pubsub:error\ndata: {body}\n\n")
    };
    let server = Server::start([
        stream(
            &[ready("c1.0"), error("SERVICE_UNAVAILABLE", 503)],
            After::Hold,
        ),
        stream(
            &[ready("c1.0"), order(1), error("FORBIDDEN", 403)],
            After::Hold,
        ),
    ])
    .await;
    let mut orders = server.orders().subscribe().await.unwrap();
    assert_eq!(id(orders.next().await.unwrap()), "uuid-1");
    let error = orders.next().await.unwrap_err();
    assert_eq!(error.to_string(), "FORBIDDEN: so");
}

#[tokio::test]
async fn an_event_that_does_not_fit_is_told_and_the_next_follows() {
    let server = Server::start([stream(
        &[
            ready("c1.0"),
            frame("c1.1", "uuid-1", "orders:created", "{\"orderId\":7}"),
            frame("c1.2", "uuid-2", "orders:ingested", "{}"),
            order(3),
        ],
        After::Hold,
    )])
    .await;
    let mut orders = server.orders().on::<OrderCreated>().await.unwrap();
    assert!(matches!(
        orders.next().await,
        Err(ClientError::Declaration { what: "event", .. })
    ));
    assert_eq!(orders.cursor(), "c1.1");
    assert_eq!(id(orders.next().await.unwrap()), "uuid-3");
}

type Sent = Call<HttpTransport, OrderCreated, bool, std::convert::Infallible>;

fn send(client: &ChannelClient<HttpTransport>) -> Sent {
    client.call(
        "orders:created",
        OrderCreated {
            order_id: "a".to_owned(),
        },
    )
}

#[tokio::test]
async fn sends_an_event_and_reads_its_answer() {
    let mut server = Server::start([
        json("{\"result\":{\"data\":{\"status\":\"ok\",\"result\":true,\"cursor\":\"c1.5\"}}}"),
        json("{\"result\":{\"data\":{\"status\":\"duplicate\",\"result\":true,\"emittedEvents\":[{\"id\":\"e\",\"name\":\"orders:ingested\",\"channel\":\"orders\",\"payload\":{},\"timestamp\":\"2026-01-01T00:00:00Z\"}]}}}"),
    ])
    .await;
    let token = || async { Some("secret".to_owned()) };
    let client = server.orders_with(|builder| builder.token_provider(token));
    assert!(send(&client).await.unwrap());
    let request = server.request().await;
    assert!(
        request.starts_with("POST /trpc/sendEvent HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("content-type: application/json\r\n"),
        "{request}"
    );
    assert!(
        request.contains("authorization: Bearer secret\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("\r\n\r\n{\"name\":\"orders:created\",\"payload\":{\"orderId\":\"a\"}}"),
        "{request}"
    );

    let answer: Answer<bool> = send(&client)
        .client_event_id("mine")
        .detailed()
        .await
        .unwrap();
    assert_eq!(answer.status, Status::Duplicate);
    assert_eq!(answer.emitted_events[0].name, "orders:ingested");
    assert!(
        server
            .request()
            .await
            .ends_with(",\"clientEventId\":\"mine\"}")
    );
}

#[tokio::test]
async fn a_refused_event_names_its_fields_and_a_foreign_answer_its_status() {
    let refused = "{\"error\":{\"message\":\"wrong\",\"code\":-32600,\"data\":{\"code\":\"BAD_REQUEST\",\"httpStatus\":400,\"path\":\"sendEvent\",\"issues\":[{\"path\":[\"payload\",\"items\",0],\"message\":\"missing\",\"code\":\"missing_field\"}]}}}";
    let server = Server::start([
        (
            response("400 Bad Request", "application/json", refused),
            After::Close,
        ),
        (
            response("502 Bad Gateway", "text/html", "<h1>no</h1>"),
            After::Close,
        ),
        json("{\"hello\":1}"),
        json("{\"result\":{\"data\":{\"status\":\"ok\",\"result\":7}}}"),
    ])
    .await;
    let client = server.orders_with(|builder| builder.max_answer_bytes(400));
    let ClientError::Rejected(rejection) = send(&client).await.unwrap_err() else {
        panic!("it is refused");
    };
    let issue = &rejection.issues[0];
    assert_eq!(
        (issue.code.as_str(), issue.path.len()),
        ("missing_field", 3)
    );
    let error = send(&client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sendEvent` was answered with status 502 Bad Gateway and no JSON"
    );
    assert!(error.is_retryable());
    let error = send(&client).await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");
    assert!(!error.is_retryable());
    let error = send(&client).await.unwrap_err();
    assert!(
        matches!(error, ClientError::Declaration { what: "answer", .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused() {
    let server = Server::start([json(&format!("{{\"result\":\"{}\"}}", "x".repeat(500)))]).await;
    let client = server.orders_with(|builder| builder.max_answer_bytes(400));
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer is over 400 bytes");
}

#[test]
fn a_base_url_is_checked_and_its_path_kept() {
    let transport = HttpTransport::new("http://localhost/api/?x=1#y").unwrap();
    assert_eq!(transport.base_url(), "http://localhost/api/");
    assert_eq!(
        transport.shared.url(&["trpc", "sendEvent"]).path(),
        "/api/trpc/sendEvent"
    );
    for wrong in ["", "localhost:3000", "ftp://localhost", "http://"] {
        assert!(HttpTransport::new(wrong).is_err(), "{wrong}");
    }
}

/// What a user's code relies on: the futures and streams may move between threads.
#[test]
fn futures_and_streams_are_send() {
    fn movable<T: Send>(_: &T) {}
    fn stream<S: futures_core::Stream + Send + Unpin>() {}
    let client = ChannelClient::new(HttpTransport::new("http://localhost").unwrap(), "orders");
    movable(&client.subscribe().into_future());
    movable(&send(&client).into_future());
    stream::<Subscription<HttpEvents, Raw>>();
}
