//! The recorded WebSocket exchanges over real sockets.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use pubsub_runtime::__private::wire::Limits;
use pubsub_tests::recorded::Recorded;
use serde::Deserialize;
use serde_json::Value;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use crate::sockets::{Client, Server};

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
    #[serde(default)]
    lenient_message: bool,
    #[serde(default)]
    frames: Vec<Frame>,
}

#[derive(Deserialize)]
struct Sent {
    path: String,
}

#[derive(Deserialize)]
struct Frame {
    dir: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    base64: String,
}

/// Exchanges whose message is this server's own.
const OWN_MESSAGE: &[(&str, &str)] = &[("v11-ws-raw", "binary JSON frame")];

/// What this server does not have: see the README beside the recordings.
const LEFT_OUT: &[(&str, &str)] = &[("v11-ws-raw", "async iterable from a query")];

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the recordings are there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.to_string_lossy().contains("-ws-"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| {
        serde_json::from_str(&fs::read_to_string(path).expect("a text file")).expect("a recording")
    };
    files.iter().map(read).collect()
}

/// What the server sent, in order, by id; texts that are no JSON stand under their own name.
type Received = BTreeMap<String, Vec<Value>>;

fn note(received: &mut Received, text: &str, lenient: bool) {
    let (key, value) = match serde_json::from_str::<Value>(text) {
        Ok(mut message) => {
            if let Some(error) = message["error"].as_object_mut() {
                let issues = error["data"]
                    .as_object_mut()
                    .expect("data")
                    .remove("issues");
                if lenient || issues.is_some() {
                    error.remove("message");
                }
            }
            (message["id"].to_string(), message)
        }
        Err(_) => (text.to_owned(), Value::Null),
    };
    received.entry(key).or_default().push(value);
}

/// Messages that are a validator's own text: those recorded from zod are JSON themselves.
fn is_validation(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|message| {
        message["error"]["message"]
            .as_str()
            .is_some_and(|message| message.starts_with('['))
    })
}

async fn text(client: &mut Client) -> Option<Message> {
    let next = tokio::time::timeout(Duration::from_secs(5), client.next());
    let message = next.await.expect("a frame within five seconds")?;
    Some(message.expect("a frame"))
}

/// Plays the client's part; gives what was recorded of the server's and what it did now.
async fn replay(
    server: &Server,
    exchange: &Exchange,
    lenient: bool,
    cut: bool,
) -> (Received, Received) {
    let (mut wanted, mut given) = (Received::new(), Received::new());
    // The shape of items is the socket's here, not the subscription's.
    let untracked = exchange
        .frames
        .iter()
        .any(|frame| frame.text.contains("subscribePlain"));
    let path = if untracked {
        "/trpc?items=plain"
    } else {
        &exchange.request.path
    };
    let mut client = server.connect(path).await;
    let mut closed = false;
    // Items of one subscription are all tracked or all not: what was recorded of a mixed one is left out.
    let mixed = |frame: &&Frame| frame.text.contains("subscribeMixed");
    for frame in exchange.frames.iter().take_while(|frame| !mixed(frame)) {
        let sent = match (frame.dir.as_str(), frame.kind.as_str()) {
            ("client", "text") => Message::text(frame.text.clone()),
            ("client", "binary") => Message::binary(decode(&frame.base64)),
            ("client", "ping") => Message::Ping(decode(&frame.base64).into()),
            ("client", "close") if closed => continue,
            ("client", "close") => Message::Close(Some(CloseFrame {
                code: 1000.into(),
                reason: "".into(),
            })),
            ("server", "text") => {
                note(
                    &mut wanted,
                    &frame.text,
                    lenient || is_validation(&frame.text),
                );
                match text(&mut client).await.expect("the socket is open") {
                    Message::Text(text) => note(&mut given, &text, lenient),
                    other => panic!("{other:?}"),
                }
                continue;
            }
            ("server", "pong") => {
                let pong = text(&mut client).await.expect("the socket is open");
                assert_eq!(pong, Message::Pong(decode(&frame.base64).into()));
                continue;
            }
            ("server", "close") => {
                loop {
                    match text(&mut client).await {
                        // The recorded client was gone before it could be written.
                        Some(Message::Text(text)) if cut && text.contains("stopped") => {}
                        Some(Message::Text(text)) => note(&mut given, &text, lenient),
                        Some(Message::Close(_)) => break,
                        other => panic!("{other:?}"),
                    }
                }
                closed = true;
                continue;
            }
            other => panic!("{other:?}"),
        };
        client.send(sent).await.expect("the socket is open");
    }
    (wanted, given)
}

fn decode(base64: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = base64
        .trim_end_matches('=')
        .chars()
        .map(|digit| DIGITS.find(digit).expect("a digit"))
        .collect::<Vec<_>>();
    bits.chunks(4)
        .flat_map(|chunk| {
            let digits = chunk.iter().fold(0_usize, |word, digit| word << 6 | digit);
            let word = digits << (6 * (4 - chunk.len()));
            // The lowest three of the bytes of a word.
            word.to_be_bytes()[size_of::<usize>() - 3..][..chunk.len() - 1].to_vec()
        })
        .collect()
}

#[tokio::test]
async fn recorded_socket_exchanges_are_repeated() {
    let mut replayed = 0;
    let mut failed = Vec::new();
    for case in cases() {
        let mut limits = Limits::default();
        if let Some(max) = case.server_options["maxBatchSize"].as_u64() {
            limits.max_batch = usize::try_from(max).expect("a size");
        }
        let server = Server::start(Recorded::default(), limits).await;
        for exchange in &case.exchanges {
            let key = (case.name.as_str(), exchange.label.as_str());
            if LEFT_OUT.contains(&key) {
                continue;
            }
            replayed += 1;
            let lenient = exchange.lenient_message || OWN_MESSAGE.contains(&key);
            let replay = replay(&server, exchange, lenient, key.0.ends_with("-cut"));
            let (wanted, given) = replay.await;
            if wanted != given {
                failed.push(format!("{key:?}\nwanted {wanted:#?}\ngiven {given:#?}"));
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {replayed} failed: {}",
        failed.len(),
        failed.join("\n")
    );
    assert!(replayed >= 72, "only {replayed} exchanges were found");
}
