//! Clients that give a name, because they cannot send a place: over real sockets, with pings that are answered, left out or cut off.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use pubsub_runtime::{
    CursorStore, MemoryCursorStore, PubSubServer, Publisher, StoreFuture, StoredCursor, event,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::sockets::{Client, open};

/// A number that rises.
#[event(channel = "readings")]
#[derive(Debug)]
pub struct ReadingTaken {
    /// The number.
    pub number: u64,
}

const WAIT: Duration = Duration::from_secs(10);

/// A store that outlives its servers.
#[derive(Clone, Default)]
struct Surviving(Arc<MemoryCursorStore>);

impl CursorStore for Surviving {
    fn get(&self, key: String) -> StoreFuture<'_, Option<StoredCursor>> {
        self.0.get(key)
    }

    fn put(&self, key: String, cursor: StoredCursor, ttl: Duration) -> StoreFuture<'_, ()> {
        self.0.put(key, cursor, ttl)
    }
}

struct Server {
    address: SocketAddr,
    publisher: Publisher,
    serving: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Server {
    /// With pings every 50 ms.
    async fn start(store: Option<Surviving>) -> Self {
        Self::doubting(store, WAIT).await
    }

    /// With places in doubt after `stall` without a pong.
    async fn doubting(store: Option<Surviving>, stall: Duration) -> Self {
        let builder = PubSubServer::builder(crate::registry()).configure(move |config| {
            config.limits.ping_interval = Duration::from_millis(50);
            config.limits.write_stall_timeout = stall;
        });
        let builder = match store {
            Some(store) => builder.cursor_store(store),
            None => builder,
        };
        let server = builder.build().await.expect("a server");
        let publisher = server.publisher();
        let bound = server.bind("127.0.0.1:0").await.expect("a free port");
        let address = bound.local_addr();
        let serving = tokio::spawn(async move {
            let ended = bound.serve_until(std::future::pending());
            ended.await.expect("it serves");
        });
        Self {
            address,
            publisher,
            serving,
        }
    }

    async fn publish(&self, numbers: std::ops::Range<u64>) {
        for number in numbers {
            let published = self.publisher.publish(ReadingTaken { number });
            published.await.expect("it is stored");
        }
    }

    async fn connect(&self, path: &str) -> Client {
        let stream = TcpStream::connect(self.address)
            .await
            .expect("a connection");
        open(stream, self.address, path).await
    }

    /// A socket with one subscription under the name `till`.
    async fn subscribe(&self, path: &str) -> Client {
        let mut client = self.connect(path).await;
        client
            .send(subscription(1, "till"))
            .await
            .expect("it is sent");
        client
    }
}

/// As v10 writes it; v11 leaves `jsonrpc` out.
fn subscription(id: u32, consumer: &str) -> Message {
    let input = json!({"consumer": consumer});
    let params = json!({"path": "readings.subscribe", "input": input});
    let message = json!({"id": id, "jsonrpc": "2.0", "method": "subscription", "params": params});
    Message::text(message.to_string())
}

/// The next message of the server; pings are answered on the way.
async fn message(client: &mut Client) -> Value {
    loop {
        let next = timeout(WAIT, client.next()).await.expect("a message");
        match next.expect("an open socket").expect("a frame") {
            Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What a message says: a number, or the name of a system event or its reason.
fn said(message: &Value) -> Option<String> {
    let data = &message["result"]["data"];
    let envelope = if data["data"].is_object() {
        &data["data"]
    } else {
        data
    };
    Some(match envelope["name"].as_str()? {
        "readings:taken" => envelope["payload"]["number"].to_string(),
        "pubsub:gap" => envelope["payload"]["reason"].as_str()?.to_owned(),
        name => name.to_owned(),
    })
}

async fn next(client: &mut Client) -> String {
    loop {
        if let Some(said) = said(&message(client).await) {
            return said;
        }
    }
}

/// Reads on, so that pings are answered, until one has no number: everything is confirmed.
async fn confirm(client: &mut Client) {
    let until = Instant::now() + WAIT;
    while Instant::now() < until {
        let next = timeout(WAIT, client.next()).await.expect("a ping");
        match next.expect("an open socket").expect("a frame") {
            Message::Ping(number) if number.is_empty() => return,
            Message::Ping(_) => {}
            Message::Text(text) if text.contains("pubsub:live") => {}
            other => panic!("{other:?}"),
        }
    }
    panic!("something is never confirmed");
}

#[tokio::test]
async fn a_client_comes_back_to_what_its_pongs_confirmed() {
    for path in ["/trpc", "/trpc?items=plain"] {
        let server = Server::start(Some(Surviving::default())).await;
        let mut client = server.subscribe(path).await;
        assert_eq!(next(&mut client).await, "pubsub:ready");
        server.publish(0..3).await;
        for number in 0..3 {
            assert_eq!(next(&mut client).await, number.to_string());
        }
        confirm(&mut client).await;
        drop(client);
        server.publish(3..5).await;
        let mut client = server.subscribe(path).await;
        for expected in ["pubsub:ready", "3", "4"] {
            assert_eq!(next(&mut client).await, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn nothing_is_lost_over_fifty_cuts() {
    let server = Arc::new(Server::start(Some(Surviving::default())).await);
    let mut client = server.subscribe("/trpc").await;
    assert_eq!(next(&mut client).await, "pubsub:ready");
    let publishing = tokio::spawn({
        let server = Arc::clone(&server);
        async move {
            for number in 0..2_000 {
                server.publish(number..number + 1).await;
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        }
    });
    let (mut seen, mut again, mut cuts) = (0, 0, 0);
    while seen < 2_000 {
        // Cut after 0 to 36 events, most of them before their ping is answered.
        for _ in 0..cuts * 7_919 % 37 {
            let said = next(&mut client).await;
            let Ok(number) = said.parse::<u64>() else {
                assert!(matches!(&*said, "pubsub:ready" | "pubsub:live"), "{said}");
                continue;
            };
            assert!(number <= seen, "{seen} is missing before {number}");
            again += u64::from(number < seen);
            seen = seen.max(number + 1);
            if seen == 2_000 {
                break;
            }
        }
        cuts += 1;
        if cuts <= 50 {
            drop(client);
            client = server.subscribe("/trpc").await;
        }
    }
    publishing.await.expect("all is published");
    assert!(cuts > 50, "{cuts} cuts, {again} events came again");
}

#[tokio::test]
async fn a_name_is_taken_over_and_the_socket_stays() {
    let server = Server::start(Some(Surviving::default())).await;
    let mut older = server.subscribe("/trpc").await;
    assert_eq!(next(&mut older).await, "pubsub:ready");
    let mut newer = server.subscribe("/trpc").await;
    assert_eq!(next(&mut newer).await, "pubsub:ready");
    let error = message(&mut older).await;
    assert_eq!(error["error"]["data"]["code"], "CONFLICT", "{error}");
    assert_eq!(message(&mut older).await["result"]["type"], "stopped");
    older
        .send(subscription(2, "till 2"))
        .await
        .expect("it is sent");
    assert_eq!(next(&mut older).await, "pubsub:ready");
    server.publish(0..1).await;
    assert_eq!(next(&mut newer).await, "0");
    assert_eq!(next(&mut older).await, "0");
}

#[tokio::test]
async fn a_server_that_forgot_says_so() {
    let first = Server::start(None).await;
    let mut client = first.subscribe("/trpc").await;
    // It cannot tell a new name from a forgotten one.
    assert_eq!(next(&mut client).await, "unknown_consumer");
    assert_eq!(next(&mut client).await, "pubsub:ready");
    confirm(&mut client).await;
    drop(client);
    let mut client = first.subscribe("/trpc").await;
    assert_eq!(next(&mut client).await, "pubsub:ready");
    drop((client, first));
    let second = Server::start(None).await;
    let mut client = second.subscribe("/trpc").await;
    assert_eq!(next(&mut client).await, "unknown_consumer");
    assert_eq!(next(&mut client).await, "pubsub:ready");
}

/// A socket whose frames are read one by one, and whose pings nobody answers.
struct Mute {
    stream: TcpStream,
    bytes: Vec<u8>,
}

/// A frame's opcode and payload.
type Frame = (u8, Vec<u8>);

impl Mute {
    async fn subscribe(server: &Server, consumers: &[Option<&str>]) -> Self {
        let client = server.connect("/trpc").await;
        let mut mute = Self {
            stream: client.into_inner(),
            bytes: Vec::new(),
        };
        for (id, consumer) in consumers.iter().enumerate() {
            let input = consumer.map_or(json!({}), |name| json!({"consumer": name}));
            let params = json!({"path": "readings.subscribe", "input": input});
            let message = json!({"id": id, "method": "subscription", "params": params});
            mute.send(1, message.to_string().as_bytes()).await;
        }
        mute
    }

    /// Sends a frame, masked with zeros.
    async fn send(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | length),
            _ => {
                let length = u16::try_from(payload.len()).expect("a short message");
                frame.push(0xfe);
                frame.extend(length.to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await.expect("it is sent");
    }

    fn parse(&mut self) -> Option<Frame> {
        let opcode = self.bytes.first()? & 0x0f;
        let (start, length) = match *self.bytes.get(1)? {
            126 => {
                let length = self.bytes.get(2..4)?;
                (4, usize::from(u16::from_be_bytes([length[0], length[1]])))
            }
            127 => panic!("a long frame"),
            length => (2, usize::from(length)),
        };
        let payload = self.bytes.get(start..start + length)?.to_vec();
        self.bytes.drain(..start + length);
        Some((opcode, payload))
    }

    async fn frame(&mut self) -> Frame {
        loop {
            if let Some(frame) = self.parse() {
                return frame;
            }
            let read = timeout(WAIT, self.stream.read_buf(&mut self.bytes));
            assert!(read.await.expect("a frame").expect("a frame") > 0);
        }
    }

    /// Reads until `done` says so of the payloads of the pings and of what the texts said. Says something at every ping, so that the
    /// socket counts as alive.
    async fn listen(
        &mut self,
        done: impl Fn(&[String], &[String]) -> bool,
    ) -> (Vec<String>, Vec<String>) {
        let (mut pings, mut texts) = (Vec::new(), Vec::new());
        let until = Instant::now() + WAIT;
        while !done(&pings, &texts) {
            assert!(Instant::now() < until, "{pings:?} {texts:?}");
            let (opcode, payload) = self.frame().await;
            let payload = String::from_utf8(payload).expect("text");
            if opcode == 9 {
                pings.push(payload);
                self.send(1, b"PING").await;
            } else if let Ok(message) = serde_json::from_str(&payload) {
                texts.extend(said(&message));
            }
        }
        (pings, texts)
    }
}

#[tokio::test]
async fn one_ping_is_under_way_for_a_whole_socket() {
    let server = Server::start(Some(Surviving::default())).await;
    let mut mute = Mute::subscribe(&server, &[Some("a"), Some("b"), None]).await;
    mute.listen(|_, texts| texts.len() == 3).await;
    let mut numbers = Vec::new();
    for round in 0..10 {
        server.publish(round..round + 1).await;
        numbers.extend(mute.listen(|_, texts| texts.len() == 3).await.0);
    }
    // The socket's own pings repeat the number: a client may answer the latest only.
    numbers.extend(mute.listen(|pings, _| pings.len() == 2).await.0);
    assert!(numbers.iter().all(|number| number == "1"), "{numbers:?}");
    // Its answer makes way for the next.
    mute.send(10, b"1").await;
    let (numbers, _) = mute
        .listen(|pings, _| pings.last().is_some_and(|last| last != "1"))
        .await;
    assert_eq!(numbers.last().map(String::as_str), Some("2"));
    mute.send(10, b"2").await;
    let (numbers, _) = mute
        .listen(|pings, _| pings.last().is_some_and(|last| last != "2"))
        .await;
    assert_eq!(numbers.last().map(String::as_str), Some(""), "nothing new");
}

#[tokio::test]
async fn subscriptions_without_a_name_are_not_pinged_for() {
    let server = Server::start(None).await;
    let mut mute = Mute::subscribe(&server, &[None, None]).await;
    mute.listen(|_, texts| texts.len() == 2).await;
    server.publish(0..50).await;
    let (pings, texts) = mute
        .listen(|pings, texts| texts.len() >= 100 && pings.len() > 1)
        .await;
    assert_eq!(texts.len(), 100);
    assert!(pings.iter().all(String::is_empty), "{pings:?}");
    // Pongs nobody asked for are nothing.
    for payload in [&b"1"[..], b"", b"-1", &[0xff; 100]] {
        mute.send(10, payload).await;
    }
    server.publish(50..51).await;
    let (_, texts) = mute.listen(|_, texts| texts.len() == 2).await;
    assert_eq!(texts, ["50", "50"]);
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_told_and_gets_everything_again() {
    let server = Server::doubting(Some(Surviving::default()), Duration::from_millis(100)).await;
    let mut mute = Mute::subscribe(&server, &[Some("till")]).await;
    mute.listen(|_, texts| texts == ["pubsub:ready"]).await;
    server.publish(0..3).await;
    // A second number after the stall.
    mute.listen(|pings, _| pings.last().is_some_and(|last| last == "2"))
        .await;
    drop(mute);
    for _ in 0..2 {
        let mut mute = Mute::subscribe(&server, &[Some("till")]).await;
        let (_, texts) = mute.listen(|_, texts| texts.len() == 5).await;
        assert_eq!(texts, ["unconfirmed", "pubsub:ready", "0", "1", "2"]);
    }
    let mut client = server.subscribe("/trpc").await;
    for expected in ["unconfirmed", "pubsub:ready", "0", "1", "2"] {
        assert_eq!(next(&mut client).await, expected);
    }
    confirm(&mut client).await;
    drop(client);
    let mut client = server.subscribe("/trpc").await;
    assert_eq!(next(&mut client).await, "pubsub:ready");
}

#[tokio::test]
async fn over_http_a_name_is_refused() {
    let server = Server::start(None).await;
    let http = crate::serving::Server::at(server.address);
    let input = "%7B%22consumer%22%3A%22till%22%7D";
    let path = format!("/trpc/readings.subscribe?input={input}");
    let answer = http.get(&path, "accept: text/event-stream\r\n").await;
    assert!(answer.body.contains("WebSocket"), "{answer:?}");
    let answer = http.get("/events?channel=readings&consumer=till", "").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("WebSocket"), "{answer:?}");
}

#[tokio::test]
async fn old_keys_without_a_current_one_are_refused_at_the_start() {
    let builder = || PubSubServer::builder(crate::registry()).old_cursor_key([1; 32]);
    let error = builder()
        .build()
        .await
        .expect_err("there is no current key");
    assert!(error.to_string().contains("old cursor key"), "{error}");
    let server = builder().cursor_key([0xab; 32]).build().await;
    let shown = format!("{:?}", server.expect("a server"));
    assert!(
        !shown.contains("171, 171") && !shown.contains("abab"),
        "{shown}"
    );
}
