//! What a client is told of a failed action, by a real server over a socket, and what it is never told.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what cannot be must stop"
)]

use std::{convert::Infallible, error::Error as _, fmt, net::SocketAddr};

use pubsub_runtime::{
    ActionCtx, Envelope, EventError, PubSubServer,
    client::{
        Answer, Call, ChannelClient, ClientError, EmittedEvent, HttpTransport, Received, Transport,
    },
    event, model, snapshot,
};
use serde_json::{Value, json};

pubsub_runtime::domain! {
    channel orders { subscribe = public, publish = public, on_gap = snapshot }
}

const SECRET: &str = "postgres://admin:hunter2@10.0.0.7/orders";

/// An error of a library, whose text names what no client may know.
#[derive(Debug)]
pub struct StoreError;

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET)
    }
}

impl std::error::Error for StoreError {}

#[derive(Debug, thiserror::Error, EventError)]
#[serde(rename_all_fields = "camelCase")]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
    #[error("at most {max_lines} lines")]
    #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "30s")]
    TooMany {
        max_lines: u32,
        #[serde(skip)]
        shelf: Option<String>,
    },
    #[error(transparent)]
    #[event_error(internal)]
    Store(#[from] StoreError),
    #[error("cannot reach {SECRET}")]
    #[event_error(internal)]
    Unreachable { url: String },
}

#[event(channel = "orders")]
#[derive(Debug, Clone)]
pub struct OrderCreated {
    pub say: String,
}

#[event(channel = "orders")]
#[derive(Debug)]
pub struct OrderIngested {
    pub say: String,
}

#[event(channel = "orders")]
#[derive(Debug)]
pub struct OrderCounted {
    pub count: u32,
}

/// Ends as the order says.
///
/// # Panics
/// Where the order says `panic`.
#[event(channel = "orders", emits(OrderIngested, OrderCounted))]
pub async fn created(ctx: &ActionCtx, order: OrderCreated) -> Result<u32, OrderError> {
    match order.say.as_str() {
        "sold out" => return Err(OrderError::SoldOut),
        "too many" => {
            return Err(OrderError::TooMany {
                max_lines: 3,
                shelf: Some(SECRET.to_owned()),
            });
        }
        "store" => return Err(StoreError.into()),
        "unreachable" => {
            return Err(OrderError::Unreachable {
                url: SECRET.to_owned(),
            });
        }
        "panic" => panic!("{SECRET}"),
        _ => {}
    }
    ctx.emit(OrderCounted { count: 1 });
    ctx.emit(OrderIngested { say: order.say });
    Ok(1)
}

#[model]
#[derive(Debug, PartialEq)]
pub struct OpenOrders {
    pub count: u32,
}

#[snapshot(channel = "orders")]
pub async fn open() -> Result<OpenOrders, Infallible> {
    Ok(OpenOrders { count: 7 })
}

/// The example's own server on a port of its own, and a client of it.
async fn serve() -> HttpTransport {
    let server = PubSubServer::builder(registry()).build().await;
    let address: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    let bound = server.expect("it starts").bind(address).await;
    let bound = bound.expect("a free port");
    let url = format!("http://{}", bound.local_addr());
    tokio::spawn(bound.serve());
    HttpTransport::new(&url).expect("a URL")
}

fn say(what: &str) -> OrderCreated {
    OrderCreated {
        say: what.to_owned(),
    }
}

/// The `error` of the answer to a sent event, as it stands on the wire.
async fn refusal(transport: &HttpTransport, what: &str) -> Value {
    let input = json!({ "name": "orders:created", "payload": { "say": what } }).to_string();
    let body = transport.mutate("sendEvent", input).await;
    let body = body.expect("an answer");
    assert!(!body.contains("hunter2"), "{body}");
    assert!(!body.contains("Store"), "{body}");
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    answer["error"].clone()
}

#[tokio::test]
async fn each_variant_has_its_code_and_its_fields_under_data_event() {
    let transport = serve().await;
    let sold_out = refusal(&transport, "sold out").await;
    assert_eq!(sold_out["message"], "sold out");
    assert_eq!(sold_out["data"]["code"], "CONFLICT");
    assert_eq!(sold_out["data"]["httpStatus"], 409);
    assert_eq!(sold_out["data"]["event"], json!({ "type": "sold_out" }));
    let too_many = refusal(&transport, "too many").await;
    assert_eq!(too_many["message"], "at most 3 lines");
    assert_eq!(too_many["data"]["code"], "TOO_MANY_REQUESTS");
    assert_eq!(too_many["data"]["httpStatus"], 429);
    let told = json!({ "type": "too_many", "maxLines": 3 });
    assert_eq!(too_many["data"]["event"], told);
}

#[tokio::test]
async fn what_is_internal_never_leaves_the_server() {
    let transport = serve().await;
    for what in ["store", "unreachable", "panic"] {
        let error = refusal(&transport, what).await;
        assert_eq!(error["message"], "internal server error", "{what}");
        assert_eq!(error["data"]["code"], "INTERNAL_SERVER_ERROR", "{what}");
        assert!(error["data"].get("event").is_none(), "{what}: {error}");

        let client = Client::new(transport.clone());
        let error = client.orders().created(say(what)).await.unwrap_err();
        let ClientError::Rejected(rejection) = &error else {
            panic!("{error:?}");
        };
        assert_eq!((rejection.http_status, &rejection.event), (500, &None));
        let said = format!("{error} {error:?} {:?}", error.source());
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn a_client_matches_on_the_error_that_the_action_returned() {
    let client = Client::new(serve().await);
    let error = client.orders().created(say("sold out")).await.unwrap_err();
    assert!(matches!(error, ClientError::App(OrderError::SoldOut)));
    let error = client.orders().created(say("too many")).await.unwrap_err();
    let ClientError::App(OrderError::TooMany { max_lines, shelf }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*max_lines, shelf), (3, &None));
    assert_eq!(error.to_string(), "at most 3 lines");
}

/// What a client was built with before the server had `too_many`.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OlderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

/// As [`OlderError`], with a place for what it does not know.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OpenError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
    #[error("something that this program is too old for")]
    #[event_error(code = "CONFLICT")]
    #[serde(other)]
    Unknown,
}

type Sent<E, M> = Call<HttpTransport, OrderCreated, u32, E, M>;

#[tokio::test]
async fn an_error_of_a_newer_server_is_a_refusal_with_all_that_it_said() {
    let orders = ChannelClient::new(serve().await, "orders");
    let send = |what| -> Sent<OlderError, Envelope> { orders.call("orders:created", say(what)) };
    let error = send("sold out").await.unwrap_err();
    assert!(matches!(error, ClientError::App(OlderError::SoldOut)));
    let ClientError::Rejected(rejection) = send("too many").await.unwrap_err() else {
        panic!("it is no error that this client knows");
    };
    assert_eq!(rejection.to_string(), "TOO_MANY_REQUESTS: at most 3 lines");
    assert_eq!(rejection.http_status, 429);
    assert!(rejection.is_retryable());
    let said = json!({ "type": "too_many", "maxLines": 3 });
    assert_eq!(rejection.event, Some(said));

    let send = |what| -> Sent<OpenError, Envelope> { orders.call("orders:created", say(what)) };
    let error = send("too many").await.unwrap_err();
    assert!(matches!(error, ClientError::App(OpenError::Unknown)));
}

/// What a client was built with before the action emitted `orders:ingested`.
#[derive(Debug)]
enum OlderEmitted {
    Counted(Envelope<OrderCounted>),
}

impl EmittedEvent for OlderEmitted {
    fn read(envelope: &Envelope) -> Option<Self> {
        envelope.as_event()?.ok().map(Self::Counted)
    }
}

#[tokio::test]
async fn what_the_action_emitted_is_told_as_the_enum_of_what_it_may_emit() {
    let transport = serve().await;
    let client = Client::new(transport.clone());
    let answer: Answer<u32, CreatedEmitted> = client
        .orders()
        .created(say("hello"))
        .detailed()
        .await
        .expect("it is accepted");
    let [first, second] = answer.emitted_events.as_slice() else {
        panic!("{answer:?}");
    };
    assert!(matches!(first, CreatedEmitted::OrderCounted(event) if event.payload.count == 1));
    let ingested = second.as_event::<OrderIngested>().expect("it is one");
    assert_eq!(ingested.payload.say, "hello");
    assert_eq!(second.name(), "orders:ingested");
    assert!(answer.other_events.is_empty());

    let orders = ChannelClient::new(transport, "orders");
    let call: Sent<OlderError, OlderEmitted> = orders.call("orders:created", say("hello"));
    let answer = call.detailed().await.expect("it is accepted");
    let [OlderEmitted::Counted(counted)] = answer.emitted_events.as_slice() else {
        panic!("{answer:?}");
    };
    assert_eq!(counted.payload.count, 1);
    assert_eq!(answer.other_events.len(), 1);
    assert_eq!(answer.other_events[0].name, "orders:ingested");
}

#[tokio::test]
async fn a_snapshot_is_read_as_what_its_function_returns() {
    let client = Client::new(serve().await);
    let mut orders = client
        .orders()
        .on_created()
        .resume_from("c1.unknown")
        .await
        .expect("it opens");
    let gap = orders.next().await.expect("a gap");
    assert!(matches!(gap, Some(Received::Gap(_))), "{gap:?}");
    let snapshot = orders.next().await.expect("a snapshot");
    let Some(Received::Snapshot(snapshot)) = snapshot else {
        panic!("{snapshot:?}");
    };
    assert_eq!(snapshot.payload, OpenOrders { count: 7 });
}
