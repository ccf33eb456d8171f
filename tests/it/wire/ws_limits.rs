//! Sockets that misbehave, and sockets that are ended.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use http::header;
use pubsub_runtime::{
    __private::wire::{
        BoxFuture, Caller, Cors, End, EventFrame, EventsRequest, Framing, Limits, ProcedureKind,
        Procedures, Source, Step,
    },
    Error, ErrorKind, Result,
};
use pubsub_tests::recorded::Recorded;
use serde_json::{Value, json, value::RawValue};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

use crate::sockets::{Client, Server, open};

async fn next(client: &mut Client) -> Message {
    tokio::time::timeout(Duration::from_secs(5), client.next())
        .await
        .expect("a frame within five seconds")
        .expect("the socket is open")
        .expect("a frame")
}

async fn json(client: &mut Client) -> Value {
    match next(client).await {
        Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
        other => panic!("{other:?}"),
    }
}

async fn closed(client: &mut Client) -> (u16, String) {
    match next(client).await {
        Message::Close(Some(close)) => (close.code.into(), close.reason.to_string()),
        other => panic!("{other:?}"),
    }
}

async fn say(client: &mut Client, message: impl Into<String>) {
    let text = Message::text(message.into());
    client.send(text).await.expect("the socket is open");
}

fn subscribe(id: usize) -> String {
    json!({"id": id, "method": "subscription", "params": {"path": "subscribe", "input": {"channel": "orders", "count": 1}}})
        .to_string()
}

/// Nothing came before the answer to a ping.
async fn is_quiet(client: &mut Client) {
    say(client, "PING").await;
    assert_eq!(next(client).await, Message::text("PONG"));
}

#[tokio::test]
async fn a_message_over_the_limit_closes_the_socket_with_1009() {
    let limits = Limits {
        max_body_bytes: 1_000,
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut client = server.connect("/trpc").await;
    say(&mut client, " ".repeat(1_000)).await;
    assert_eq!(json(&mut client).await["error"]["code"], -32_700);
    // The server closes before the client is done writing; what it says must arrive all the same.
    let _sent = client.send(Message::text("x".repeat(300_000))).await;
    assert_eq!(
        closed(&mut client).await,
        (1009, "message_too_large".into())
    );
}

#[tokio::test]
async fn fragments_over_the_limit_close_the_socket_too() {
    use tokio_tungstenite::tungstenite::protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    };
    let limits = Limits {
        max_body_bytes: 1_000,
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut client = server.connect("/trpc").await;
    for opcode in [Data::Text, Data::Continue, Data::Continue] {
        let part = Frame::message(vec![b' '; 400], OpCode::Data(opcode), false);
        client.send(Message::Frame(part)).await.expect("open");
    }
    assert_eq!(closed(&mut client).await.0, 1009);
}

#[tokio::test]
async fn a_batch_bomb_is_answered_and_runs_nothing() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut client = server.connect("/trpc").await;
    let call = r#"{"id":1,"method":"query","params":{"path":"debug.noInput"}}"#;
    let bomb = format!("[{}]", vec![call; 4_000].join(","));
    say(&mut client, bomb).await;
    for _ in 0..4_000 {
        let answer = json(&mut client).await;
        assert_eq!(
            answer["error"]["message"],
            "Batch call exceeds maximum size"
        );
    }
    say(&mut client, format!("[{}]", "[".repeat(100_000))).await;
    assert_eq!(json(&mut client).await["id"], Value::Null);
    say(&mut client, format!("[{}1]", "1,".repeat(100_000))).await;
    assert_eq!(json(&mut client).await["error"]["message"], "Not an object");
    is_quiet(&mut client).await;
}

#[tokio::test]
async fn ten_thousand_stops_are_answered_by_nothing() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut client = server.connect("/trpc").await;
    say(&mut client, subscribe(1)).await;
    assert_eq!(json(&mut client).await["result"]["type"], "started");
    assert_eq!(json(&mut client).await["result"]["type"], "data");
    for id in 2..10_002 {
        let stop = format!(r#"{{"id":{id},"method":"subscription.stop"}}"#);
        client.feed(Message::text(stop)).await.expect("open");
    }
    is_quiet(&mut client).await;
    say(&mut client, r#"{"id":1,"method":"subscription.stop"}"#).await;
    assert_eq!(json(&mut client).await["result"]["type"], "stopped");
}

#[tokio::test]
async fn subscriptions_and_calls_over_the_limit_are_refused_one_by_one() {
    let limits = Limits {
        max_socket_subscriptions: 2,
        max_socket_calls: 1,
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut client = server.connect("/trpc").await;
    for id in 1..=2 {
        say(&mut client, subscribe(id)).await;
        assert_eq!(json(&mut client).await["result"]["type"], "started");
        assert_eq!(json(&mut client).await["result"]["type"], "data");
    }
    say(&mut client, subscribe(3)).await;
    let refused = json(&mut client).await;
    assert_eq!(refused["error"]["data"]["code"], "TOO_MANY_REQUESTS");
    say(&mut client, r#"{"id":1,"method":"subscription.stop"}"#).await;
    assert_eq!(json(&mut client).await["result"]["type"], "stopped");
    say(&mut client, subscribe(3)).await;
    assert_eq!(json(&mut client).await["result"]["type"], "started");
    assert_eq!(json(&mut client).await["id"], 3);

    let slow =
        r#"{"id":8,"method":"query","params":{"path":"debug.slow","input":{"ms":60,"v":1}}}"#;
    let quick = r#"{"id":9,"method":"query","params":{"path":"debug.noInput"}}"#;
    say(&mut client, format!("[{slow},{quick}]")).await;
    let refused = json(&mut client).await;
    assert_eq!(refused["error"]["data"]["code"], "TOO_MANY_REQUESTS");
    assert_eq!(refused["error"]["data"]["path"], "debug.noInput");
    assert_eq!(json(&mut client).await["id"], 8);
    say(&mut client, quick).await;
    assert_eq!(json(&mut client).await["result"]["data"], "pong");
}

#[tokio::test]
async fn a_panic_fails_its_own_call_only() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut client = server.connect("/trpc").await;
    let panics = r#"{"id":1,"method":"query","params":{"path":"debug.panic"}}"#;
    for _ in 0..200 {
        say(&mut client, panics).await;
        let answer = json(&mut client).await;
        assert_eq!(answer["error"]["data"]["code"], "INTERNAL_SERVER_ERROR");
    }
}

#[tokio::test]
async fn a_refused_caller_is_told_call_by_call() {
    let refuse = Some((ErrorKind::Unauthorized, "who are you"));
    let server = Server::start(
        Recorded {
            refuse,
            ..Recorded::default()
        },
        Limits::default(),
    )
    .await;
    let mut client = server.connect("/trpc").await;
    say(&mut client, subscribe(1)).await;
    let refused = json(&mut client).await;
    assert_eq!(refused["error"]["data"]["code"], "UNAUTHORIZED");
    is_quiet(&mut client).await;
}

#[tokio::test]
async fn plain_items_are_envelopes_with_the_id_outside() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut client = server.connect("/trpc?items=plain").await;
    say(&mut client, subscribe(1)).await;
    assert_eq!(json(&mut client).await["result"]["type"], "started");
    let item = json(&mut client).await;
    assert_eq!(item["result"]["id"], "evt-1");
    assert_eq!(item["result"]["data"]["name"], "orders:created");
}

#[tokio::test]
async fn only_pages_of_listed_origins_and_our_own_may_connect() {
    let cors = Cors {
        origins: vec!["http://app.example".into()],
        ..Cors::default()
    };
    let server = Server::start_for(Recorded::default(), Limits::default(), cors).await;
    let own = format!("http://{}", server.address);
    for (origin, allowed) in [
        ("http://app.example", true),
        (own.as_str(), true),
        ("http://evil.example", false),
        ("null", false),
    ] {
        let stream = TcpStream::connect(server.address)
            .await
            .expect("a connection");
        let url = format!("ws://{}/trpc", server.address);
        let mut request = url.into_client_request().expect("a URL");
        let origin = origin.parse().expect("a header");
        request.headers_mut().insert(header::ORIGIN, origin);
        let opened = tokio_tungstenite::client_async(request, stream).await;
        assert_eq!(opened.is_ok(), allowed, "{opened:?}");
    }
}

#[tokio::test]
async fn a_quiet_socket_is_pinged_and_a_dead_one_is_closed() {
    let limits = Limits {
        ping_interval: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut client = server.connect("/trpc").await;
    for _ in 0..4 {
        // Reading it answers it.
        assert!(matches!(next(&mut client).await, Message::Ping(_)));
    }
    // From here on nothing is read, so nothing is answered.
    let tasks = server.serving.tasks.clone();
    let gone = async {
        while !tasks.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone)
        .await
        .expect("it was closed");
}

#[tokio::test]
async fn params_that_never_come_close_the_socket() {
    let limits = Limits {
        ping_interval: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut client = server.connect("/trpc?connectionParams=1").await;
    assert_eq!(
        closed(&mut client).await,
        (4408, "connection_params".into())
    );
}

#[tokio::test]
async fn draining_closes_sockets_with_1012_and_ends() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = server.connect("/trpc").await;
        say(&mut client, subscribe(1)).await;
        assert_eq!(json(&mut client).await["result"]["type"], "started");
        assert_eq!(json(&mut client).await["result"]["type"], "data");
        clients.push(client);
    }
    server.shutdown.cancel();
    for client in &mut clients {
        assert_eq!(closed(client).await, (1012, "draining".into()));
        // Reading on answers the close frame.
        assert!(client.next().await.is_none());
    }
    let ended = tokio::time::timeout(Duration::from_secs(5), server.ended);
    ended
        .await
        .expect("it ended in time")
        .expect("without a panic");
    assert!(TcpStream::connect(server.address).await.is_err());
}

/// Subscriptions that always have more, and count what was taken from them.
#[derive(Clone, Default)]
struct Flood(Arc<AtomicUsize>);

impl Procedures for Flood {
    fn kind(&self, path: &str) -> Option<ProcedureKind> {
        (path == "subscribe").then_some(ProcedureKind::Subscription)
    }

    fn call(
        &self,
        _: Caller,
        _: &str,
        _: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Option<Box<RawValue>>>> {
        Box::pin(async { Err(Error::new(ErrorKind::NotFound, "no calls")) })
    }

    fn subscribe(
        &self,
        _: Caller,
        _: &str,
        _: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Box<dyn Source>>> {
        let flood = self.clone();
        Box::pin(async move { Ok(Box::new(flood) as Box<dyn Source>) })
    }

    fn events(&self, _: Caller, _: EventsRequest) -> BoxFuture<Result<Box<dyn Source>>> {
        Box::pin(async { Err(Error::new(ErrorKind::NotFound, "no streams")) })
    }
}

impl Source for Flood {
    fn poll_frames(
        &mut self,
        _: &mut Context<'_>,
        framing: &dyn Framing,
        budget: usize,
        out: &mut Vec<Bytes>,
    ) -> Poll<Step> {
        let body = json!({"filler": "x".repeat(1_000)}).to_string();
        let mut written = 0;
        while written < budget {
            let mut frame = BytesMut::new();
            let event = EventFrame {
                body: body.as_bytes(),
                name: "orders:created",
                id: "a",
                token: Some("c1.a"),
            };
            framing.event(event, &mut frame);
            written += frame.len();
            out.push(frame.freeze());
        }
        let taken = self.0.fetch_add(written, Ordering::Relaxed);
        if taken > 1 << 30 {
            return Poll::Ready(Step::End(End::Finished));
        }
        Poll::Ready(Step::Frames)
    }
}

#[tokio::test]
async fn a_slow_reader_does_not_grow_memory_and_is_cut() {
    let limits = Limits {
        write_stall_timeout: Duration::from_millis(300),
        ..Limits::default()
    };
    let flood = Flood::default();
    let server = Server::start(flood.clone(), limits).await;
    let mut client = server.connect("/trpc").await;
    for id in 1..=50 {
        say(&mut client, subscribe(id)).await;
    }
    // Nothing is read: what was taken from the sources is in the kernel's buffers and in one of ours.
    let tasks = server.serving.tasks.clone();
    let cut = async {
        while !tasks.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), cut)
        .await
        .expect("it was cut");
    let taken = flood.0.load(Ordering::Relaxed);
    assert!(taken < 16 << 20, "{taken} bytes were taken");
}

#[tokio::test]
async fn one_flood_does_not_starve_another_subscription_or_a_ping() {
    let server = Server::start(Flood::default(), Limits::default()).await;
    let mut client = server.connect("/trpc").await;
    for id in 1..=3 {
        say(&mut client, subscribe(id)).await;
    }
    say(&mut client, "PING").await;
    let (mut ponged, mut seen) = (false, [false; 4]);
    for _ in 0..100_000 {
        match next(&mut client).await {
            Message::Text(text) if text == "PONG" => ponged = true,
            Message::Text(text) => {
                let id = text.as_bytes().get(6).map_or(0, |digit| digit - b'0');
                seen[usize::from(id)] = true;
            }
            other => panic!("{other:?}"),
        }
        if ponged && seen == [false, true, true, true] {
            return;
        }
    }
    panic!("ponged: {ponged}, seen: {seen:?}");
}

#[tokio::test]
async fn a_mounted_router_opens_sockets_too() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let app = axum::Router::new().merge(Arc::clone(&server.transport).into_router());
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let stream = TcpStream::connect(address).await.expect("a connection");
    let mut client = open(stream, address, "/trpc").await;
    say(&mut client, subscribe(1)).await;
    assert_eq!(json(&mut client).await["result"]["type"], "started");
    assert_eq!(json(&mut client).await["result"]["id"], "evt-1");
    serving.abort();
}
