//! The accept loop over real connections.

use std::time::Duration;

use pubsub_runtime::__private::wire::Limits;
use pubsub_tests::recorded::Recorded;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::Instant,
};

use crate::sockets::Server;

const GET: &[u8] = b"GET /trpc/debug.noInput HTTP/1.1\r\nhost: localhost\r\n\r\n";

fn limits() -> Limits {
    Limits {
        first_byte_timeout: Duration::from_millis(200),
        header_timeout: Duration::from_millis(400),
        idle_timeout: Duration::from_millis(600),
        ..Limits::default()
    }
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address)
        .await
        .expect("a connection")
}

/// Everything until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let reading = stream.read_to_end(&mut text);
    // A reset is an end, too.
    let _ended = tokio::time::timeout(Duration::from_secs(5), reading)
        .await
        .expect("the server closes within five seconds");
    String::from_utf8(text).expect("UTF-8")
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    while !text.ends_with(b"}}") {
        let count = tokio::time::timeout(Duration::from_secs(5), stream.read_buf(&mut text));
        let count = count.await.expect("an answer").expect("a connection");
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&text));
    }
    String::from_utf8(text).expect("UTF-8")
}

fn assert_about(elapsed: Duration, millis: u64) {
    let wanted = Duration::from_millis(millis);
    assert!(
        elapsed >= wanted && elapsed < wanted * 3,
        "{elapsed:?} instead of {wanted:?}"
    );
}

#[tokio::test]
async fn first_byte_head_and_idling_have_limits_of_their_own() {
    let server = Server::start(Recorded::default(), limits()).await;

    let start = Instant::now();
    assert_eq!(rest(&mut connect(&server).await).await, "");
    assert_about(start.elapsed(), 200);

    let start = Instant::now();
    let mut dripping = connect(&server).await;
    for byte in GET {
        if dripping.write_u8(*byte).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(rest(&mut dripping).await, "");
    assert!(start.elapsed() < Duration::from_secs(2));

    let mut idle = connect(&server).await;
    for _ in 0..3 {
        // Longer than a first byte may take, shorter than a connection may idle.
        tokio::time::sleep(Duration::from_millis(100)).await;
        idle.write_all(GET).await.expect("open");
        assert!(
            answer(&mut idle)
                .await
                .ends_with(r#"{"result":{"data":"pong"}}"#)
        );
    }
    let start = Instant::now();
    assert_eq!(rest(&mut idle).await, "");
    assert_about(start.elapsed(), 600);
}

#[tokio::test]
async fn a_stream_may_be_silent_longer_than_a_connection_may_idle() {
    let server = Server::start(Recorded::default(), limits()).await;
    let mut stream = connect(&server).await;
    let get = b"GET /trpc/subscribe?input=%7B%22channel%22%3A%22orders%22%7D HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(get).await.expect("open");
    let mut text = Vec::new();
    while !text.windows(5).any(|part| part == b"evt-2") {
        stream.read_buf(&mut text).await.expect("open");
    }
    let closed = tokio::time::timeout(Duration::from_millis(900), rest(&mut stream));
    assert!(closed.await.is_err());
}

#[tokio::test]
async fn connections_over_the_limit_are_told_and_closed() {
    let limits = Limits {
        max_connections: 2,
        ..Limits::default()
    };
    let server = Server::start(Recorded::default(), limits).await;
    let mut first = connect(&server).await;
    first.write_all(GET).await.expect("open");
    answer(&mut first).await;
    let socket = server.connect("/trpc").await;
    let refusal = rest(&mut connect(&server).await).await;
    assert!(refusal.starts_with("HTTP/1.1 503 "), "{refusal}");
    // A socket holds its place after the upgrade, and gives it back.
    drop(socket);
    let again = async {
        loop {
            let mut stream = connect(&server).await;
            stream.write_all(GET).await.expect("open");
            let mut text = vec![0; 12];
            if stream.read_exact(&mut text).await.is_ok() && text.ends_with(b"200") {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), again)
        .await
        .expect("the place is free again");
}

#[tokio::test]
async fn heads_over_the_limits_are_refused() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let line = |count: usize| format!("x-filler: {}\r\n", "x".repeat(count));
    for (headers, status) in [
        (line(20_000), "431"),
        ("x-filler: 1\r\n".repeat(101), "431"),
        (line(8_000), "200"),
    ] {
        let mut stream = connect(&server).await;
        let get = format!(
            "GET /trpc/debug.noInput HTTP/1.1\r\nhost: localhost\r\n{headers}connection: close\r\n\r\n"
        );
        // A refusal may come before all is written.
        let _written = stream.write_all(get.as_bytes()).await;
        let text = rest(&mut stream).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
    }
}

#[tokio::test]
async fn draining_lets_answers_finish_and_closes_the_idle() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut fresh = connect(&server).await;
    let mut idle = connect(&server).await;
    idle.write_all(GET).await.expect("open");
    answer(&mut idle).await;
    let mut slow = connect(&server).await;
    let get = b"GET /trpc/debug.slow?input=%7B%22ms%22%3A300%2C%22v%22%3A1%7D HTTP/1.1\r\nhost: localhost\r\n\r\n";
    slow.write_all(get).await.expect("open");
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.shutdown.cancel();
    assert_eq!(rest(&mut fresh).await, "");
    assert_eq!(rest(&mut idle).await, "");
    assert!(rest(&mut slow).await.ends_with(r#"{"result":{"data":1}}"#));
    let ended = tokio::time::timeout(Duration::from_secs(1), server.ended);
    ended
        .await
        .expect("it ended in time")
        .expect("without a panic");
}

#[tokio::test]
async fn draining_cuts_what_does_not_end() {
    let server = Server::start(Recorded::default(), Limits::default()).await;
    let mut endless = connect(&server).await;
    let get = b"GET /trpc/debug.slow?input=%7B%22ms%22%3A60000%2C%22v%22%3A1%7D HTTP/1.1\r\nhost: localhost\r\n\r\n";
    endless.write_all(get).await.expect("open");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    server.shutdown.cancel();
    assert_eq!(rest(&mut endless).await, "");
    assert_about(start.elapsed(), 2_000);
    server.ended.await.expect("without a panic");
}
