//! Redacted values, and numbers that JavaScript would read as others: what callers are told, and what is logged.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use pubsub_runtime::{
    ActionCtx, ErrorKind, EventError, PubSubServer, Publisher,
    client::{Arrival, ClientError, SubscribeRequest, Transport, TransportError},
    event, model,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tracing_subscriber::filter::LevelFilter;

use crate::serving::{Answer, Server as Wire};

/// The start of every secret of these tests.
const SECRET: &str = "411122223333";

/// A card is to be kept.
#[event(channel = "vault")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct KeepCard {
    #[event(redact)]
    pub card_number: String,
    #[event(redact, int = "string")]
    pub account: Option<u64>,
    pub how: How,
}

/// What becomes of it.
#[model]
#[derive(Debug)]
pub enum How {
    Kept,
    Fails,
    EmitsNan,
    AnswersBeyond,
}

/// How full the vault is.
#[event(channel = "vault")]
#[derive(Debug)]
pub struct Filled {
    pub shelves: Vec<Shelf>,
}

/// One shelf.
#[model]
#[derive(Debug)]
pub struct Shelf {
    pub share: f64,
    pub cards: u64,
}

/// Somebody writes something down; nothing acts on it.
#[event(channel = "vault", direction = "both")]
#[derive(Debug)]
pub struct Noted {
    #[event(redact)]
    pub note: Option<String>,
    pub number: u64,
    #[event(int = "checked")]
    pub checked: Option<i128>,
}

/// Where it is.
#[model]
#[derive(Debug)]
pub struct Kept {
    pub place: u64,
}

/// Why a card is not kept.
#[derive(Debug, thiserror::Error, EventError)]
pub enum VaultError {
    /// The door is stuck.
    #[error("the door is stuck")]
    #[event_error(internal)]
    Stuck(#[source] io::Error),
}

/// Keeps a card.
#[event(channel = "vault", name = "keep_card", emits(Filled))]
pub(crate) async fn keep(ctx: &ActionCtx, payload: KeepCard) -> Result<Kept, VaultError> {
    let share = match payload.how {
        How::EmitsNan => f64::NAN,
        How::Fails => return Err(VaultError::Stuck(io::Error::other("no oil"))),
        _ => 0.5,
    };
    let shelf = Shelf { share, cards: 1 };
    ctx.emit(Filled {
        shelves: vec![shelf],
    });
    let place = match payload.how {
        How::AnswersBeyond => u64::MAX,
        _ => 1,
    };
    Ok(Kept { place })
}

/// Everything that was logged in this process, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn all() -> &'static Self {
        static ALL: OnceLock<Log> = OnceLock::new();
        ALL.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            log
        })
    }

    fn text(&self) -> String {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).into_owned()
    }
}

struct Server {
    wire: Wire,
    publisher: Publisher,
    serving: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Server {
    async fn start() -> Self {
        let builder = PubSubServer::builder(crate::registry());
        let server = builder.build().await.expect("a server");
        let publisher = server.publisher();
        let bound = server.bind("127.0.0.1:0").await.expect("a free port");
        let wire = Wire::at(bound.local_addr());
        let serving = tokio::spawn(async move {
            let ended = bound.serve_until(std::future::pending());
            ended.await.expect("it serves");
        });
        Self {
            wire,
            publisher,
            serving,
        }
    }

    async fn send(&self, event: &str, payload: &Value) -> Answer {
        let (path, body) = (format!("/trpc/{event}"), payload.to_string());
        self.wire.post(&path, "", body.as_bytes()).await
    }
}

fn card(how: &str) -> Value {
    json!({"cardNumber": format!("{SECRET}-1"), "account": format!("{SECRET}5"), "how": how})
}

/// The path and the message of the one violation in an answer.
fn violation(answer: &Answer) -> (Value, String) {
    assert_eq!(answer.status, 400, "{}", answer.body);
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    let issue = &body["error"]["data"]["issues"][0];
    let message = issue["message"].as_str().expect("a message");
    (issue["path"].clone(), message.to_owned())
}

#[tokio::test]
async fn a_secret_is_in_no_log_and_in_no_error() {
    let log = Log::all();
    let server = Server::start().await;
    let mut told = String::new();
    for how in ["Kept", "Fails", "EmitsNan", "AnswersBeyond"] {
        let answer = server.send("vault.keep_card", &card(how)).await;
        assert_eq!(answer.status == 200, how == "Kept", "{}", answer.body);
        told.push_str(&answer.body);
    }
    for (field, value) in [
        ("cardNumber", json!(411_122_223_333_u64)),
        ("cardNumber", json!([format!("{SECRET}-1")])),
        ("account", json!(4_111_222_233_335_u64)),
        ("account", json!(format!("0{SECRET}5"))),
        ("account", json!(format!("{SECRET}5-x"))),
        ("how", json!("Nowhere")),
    ] {
        let mut payload = card("Kept");
        payload[field] = value;
        let answer = server.send("vault.keep_card", &payload).await;
        let (path, message) = violation(&answer);
        assert_eq!(path[0], field);
        assert_eq!(message.contains("redacted"), field != "how", "{message}");
        told.push_str(&answer.body);
    }
    assert!(!told.contains(SECRET), "{told}");
    let logged = log.text();
    assert!(!logged.contains(SECRET), "{logged}");
    // It is looked at what is logged, not at nothing.
    let path = "`vault:filled` cannot be written: `shelves[0].share`: JSON has no number";
    for said in ["no oil", path, "the reply of `vault:keep_card`", "`place`"] {
        assert!(logged.contains(said), "{said}: {logged}");
    }
}

#[tokio::test]
async fn a_number_that_javascript_cannot_hold_is_refused_with_its_place() {
    let server = Server::start().await;
    let shelf = |share, cards| Shelf { share, cards };
    let most = (1 << 53) - 1;
    let filled = Filled {
        shelves: vec![shelf(1.0, most)],
    };
    server.publisher.publish(filled).await.expect("it fits");
    for (shelf, said) in [
        (
            shelf(f64::INFINITY, 1),
            "`vault:filled` cannot be written: `shelves[1].share`: JSON has no number for NaN and infinity",
        ),
        (
            shelf(1.0, most + 1),
            "`vault:filled` cannot be written: `shelves[1].cards`: JavaScript holds no integer beyond ±9007199254740991",
        ),
    ] {
        let filled = Filled {
            shelves: vec![
                Shelf {
                    share: 0.0,
                    cards: 0,
                },
                shelf,
            ],
        };
        let refused = server.publisher.publish(filled).await.expect_err(said);
        assert_eq!(refused.kind(), ErrorKind::Unwritable);
        assert!(refused.message().starts_with(said), "{refused}");
    }

    let noted = |number, checked| json!({"number": number, "checked": checked});
    let answer = server.send("vault.noted", &noted(most, most)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (payload, field) in [
        (noted(most + 1, 1), "number"),
        (noted(1, most + 1), "checked"),
    ] {
        let (path, _) = violation(&server.send("vault.noted", &payload).await);
        assert_eq!(path, json!([field]));
    }
}

/// Where nothing can be sent.
#[derive(Clone)]
struct Nowhere;

impl Transport for Nowhere {
    type Events = futures_util::stream::Empty<Result<Arrival, ClientError>>;

    async fn mutate(&self, _: &str, _: String) -> Result<String, TransportError> {
        Err(TransportError::new("it was sent", None))
    }

    async fn subscribe(&self, _: SubscribeRequest) -> Result<Self::Events, ClientError> {
        Ok(futures_util::stream::empty())
    }
}

#[tokio::test]
async fn a_rust_client_refuses_the_same_before_it_sends() {
    let client = crate::Client::new(Nowhere);
    let beyond = Noted {
        note: None,
        number: u64::MAX,
        checked: None,
    };
    let refused = client
        .vault()
        .noted(beyond)
        .await
        .expect_err("it does not fit");
    let ClientError::Declaration { what, source } = refused else {
        panic!("{refused}");
    };
    assert_eq!(what, "payload");
    assert!(
        source.to_string().starts_with("`payload.number`: "),
        "{source}"
    );
}
