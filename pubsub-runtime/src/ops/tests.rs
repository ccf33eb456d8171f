use std::{
    any::TypeId,
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use super::{
    procedures::{Caller, EventsRequest, Procedures},
    *,
};
use crate::{
    declarations::{
        action::{Action, Declared, declare},
        channel::{Access, ChannelPolicy},
        entry::{ActionEntry, ChannelEntry, EventEntry, Origin},
        event::{Direction, Event},
        event_error::EventError,
        registry::{Domain, Registry},
        schema::TypeEntry,
    },
    delivery::{
        adapter::Memory,
        closing::Closing,
        consumer::Consumers,
        framing::{EventFrame, Framing, Slot},
        hub::Hub,
        source::{Source, Step},
        tokens::Tokens,
    },
    services::{
        action::{ActionBody, ActionFailure, RunAction, prepare},
        context::{ActionCtx, Context},
        cursor_store::{CursorStore, MemoryCursorStore},
        emit::EmittedBy,
        service::{ServiceKey, Services},
    },
    words::{
        clock::{RandomIds, SystemClock},
        error::{Error, ErrorKind, Result},
        principal::Principal,
    },
};

// A domain written by hand: what the macros would emit.

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Created {
    order_id: String,
    #[serde(default)]
    total: f64,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Ingested {
    number: usize,
}

macro_rules! event {
    ($type:ty, $name:literal) => {
        impl Event for $type {
            const NAME: &'static str = $name;
            const CHANNEL: &'static str = "orders";
            const VERSION: u32 = 1;
        }
    };
}
event!(Created, "orders:created");
event!(Ingested, "orders:ingested");

struct Emits;
impl EmittedBy<Emits> for Ingested {}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error("password=hunter2")]
    Store,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum OrderErrorWire {
    SoldOut,
}

impl From<OrderErrorWire> for OrderError {
    fn from(OrderErrorWire::SoldOut: OrderErrorWire) -> Self {
        Self::SoldOut
    }
}

impl EventError for OrderError {
    type Wire = OrderErrorWire;
    const VISIBLE: bool = true;

    fn to_wire(&self) -> Option<OrderErrorWire> {
        matches!(self, Self::SoldOut).then_some(OrderErrorWire::SoldOut)
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Conflict
    }
}

#[derive(Default)]
struct Store {
    count: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

struct Place;

impl Action for Place {
    type Payload = Created;
    type Reply = Value;
    type Error = OrderError;
    const NAME: &'static str = "orders:created";
    const DECLARED: Declared<Created, Value, OrderError> = declare();
}

impl RunAction for Place {
    async fn run(context: Context, order: Created) -> Result<Value, ActionFailure<OrderError>> {
        let ctx = ActionCtx::<Emits>::from_context(context);
        let store = ctx.service::<Store>()?;
        ctx.emit(Ingested {
            number: store.count.fetch_add(1, Ordering::SeqCst),
        });
        match order.order_id.as_str() {
            "sold out" => Err(ActionFailure::Error(OrderError::SoldOut)),
            "broken" => Err(ActionFailure::Error(OrderError::Store)),
            "panic" => panic!("a secret of the action"),
            "slow" => {
                tokio::time::sleep(Duration::from_hours(1)).await;
                Ok(json!(null))
            }
            "outlives its caller" => {
                ctx.cancelled().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
                ctx.emit_now(Ingested { number: 2_000 }).await?;
                store.seen.lock().unwrap().push("published".to_owned());
                Ok(json!(null))
            }
            "progress" => {
                ctx.emit_now(Ingested { number: 1_000 }).await?;
                Err(ActionFailure::Error(OrderError::SoldOut))
            }
            id => {
                store.seen.lock().unwrap().push(id.to_owned());
                Ok(json!({"ok": true}))
            }
        }
    }
}

/// An action whose event no payload type declares.
struct Check;

impl Action for Check {
    type Payload = Created;
    type Reply = Value;
    type Error = OrderError;
    const NAME: &'static str = "orders:checked";
    const DECLARED: Declared<Created, Value, OrderError> = declare();
}

impl RunAction for Check {
    async fn run(_: Context, order: Created) -> Result<Value, ActionFailure<OrderError>> {
        Ok(json!({"checked": order.order_id}))
    }
}

inventory::submit! {
    ActionBody {
        name: "orders:checked",
        module: module_path!(),
        services: Vec::new,
        prepare: prepare::<Check>,
    }
}

inventory::submit! {
    ActionBody {
        name: "orders:created",
        module: module_path!(),
        services: || vec![ServiceKey::of::<Store>()],
        prepare: prepare::<Place>,
    }
}

const fn origin() -> Origin {
    Origin {
        package: "orders-events",
        module: module_path!(),
        file: file!(),
        line: line!(),
    }
}

fn event(name: &'static str, type_id: fn() -> TypeId, direction: Option<Direction>) -> EventEntry {
    EventEntry {
        type_id,
        direction,
        ..EventEntry::new::<Created>(name, "orders", "T", origin())
    }
}

fn action(name: &'static str) -> ActionEntry {
    ActionEntry {
        timeout_ms: 300,
        emits: &["orders:ingested"],
        reply: TypeEntry::of::<Value>(),
        ..ActionEntry::new::<Created, ()>(name, "orders", "created", "Created", origin())
    }
}

fn registry() -> Registry {
    let channels = [
        (
            "orders",
            ChannelPolicy {
                max_payload_bytes: 200,
                ..ChannelPolicy::DEFAULT
            },
        ),
        ("stock", ChannelPolicy::DEFAULT),
        (
            "ops",
            ChannelPolicy {
                subscribe: Access::None,
                publish: Access::None,
                ..ChannelPolicy::DEFAULT
            },
        ),
    ];
    let channels = channels.map(|(name, policy)| ChannelEntry {
        name,
        docs: "",
        policy,
    });
    let domain = Domain {
        package: "orders-events",
        crate_name: "pubsub_runtime",
    };
    let events = vec![
        event("orders:created", TypeId::of::<Created>, None),
        event("orders:ingested", TypeId::of::<Ingested>, None),
        event("orders:noted", TypeId::of::<Created>, Some(Direction::Both)),
    ];
    Registry::from_entries(
        domain,
        channels.to_vec(),
        events,
        vec![action("orders:created"), action("orders:checked")],
    )
}

async fn operations() -> Operations {
    operations_of(&registry(), Memory::new(), Tokens::default()).await
}

async fn operations_of(registry: &Registry, memory: Memory, tokens: Tokens) -> Operations {
    let store = Arc::new(MemoryCursorStore::new());
    operations_storing(registry, memory, tokens, store).await
}

async fn operations_storing(
    registry: &Registry,
    adapter: impl crate::delivery::adapter::Adapter,
    tokens: Tokens,
    store: Arc<dyn CursorStore>,
) -> Operations {
    let mut services = Services::default();
    services.insert(Store::default());
    let mut table = Table::new(registry, &services).unwrap();
    let mut logs = Vec::new();
    for spec in table.specs() {
        logs.push(
            crate::delivery::adapter::Adapter::open(&adapter, spec)
                .await
                .unwrap(),
        );
    }
    table.set_logs(logs);
    let ids: Arc<RandomIds> = Arc::default();
    Operations::new(Arc::new(Core {
        table,
        hub: Hub::with_tokens(Arc::new(adapter), ids.clone(), tokens),
        services: Arc::new(services),
        actions: ActionRuntime::new(2, 4).unwrap(),
        clock: Arc::new(SystemClock),
        closing: Closing::new(Duration::ZERO, ids.clone()),
        ids,
        ping_interval: Duration::from_secs(15),
        consumers: Consumers::new(store),
        turns: Turns::default(),
    }))
}

fn caller() -> Caller {
    Caller {
        principal: Principal::anonymous(),
        request_id: "request".into(),
        connection_params: None,
        confirms: false,
    }
}

fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

async fn call(operations: &Operations, path: &str, input: Value) -> Result<Value> {
    let answer = operations.call(caller(), path, Some(raw(&input))).await?;
    Ok(serde_json::from_str(answer.unwrap().get()).unwrap())
}

async fn send(operations: &Operations, id: &str) -> Result<Value> {
    call(
        operations,
        "sendEvent",
        json!({"name": "orders:created", "payload": {"orderId": id}}),
    )
    .await
}

/// The envelope and the token, with a tab between.
struct Plain;

impl Framing for Plain {
    fn slot(&self) -> Slot {
        Slot::WsPlain
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.extend_from_slice(event.body);
        out.extend_from_slice(b"\t");
        out.extend_from_slice(event.token.unwrap_or_default().as_bytes());
    }

    fn checkpoint(&self, _token: Option<&str>, out: &mut BytesMut) {
        out.extend_from_slice(b"ping");
    }
}

/// Reads frames until `count` are there: the envelopes, and the last token.
async fn take(source: &mut Box<dyn Source>, count: usize) -> (Vec<Value>, String) {
    let mut frames: Vec<Bytes> = Vec::new();
    while frames.len() < count {
        let step = poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames));
        let step = tokio::time::timeout(Duration::from_secs(5), step)
            .await
            .expect("frames within five seconds");
        assert!(matches!(step, Step::Frames), "{step:?}");
    }
    let split = |frame: &Bytes| {
        let text = String::from_utf8(frame.to_vec()).unwrap();
        let (body, token) = text.split_once('\t').unwrap();
        (
            serde_json::from_str::<Value>(body).unwrap(),
            token.to_owned(),
        )
    };
    let (envelopes, mut tokens): (Vec<_>, Vec<_>) = frames.iter().map(split).unzip();
    (envelopes, tokens.pop().unwrap())
}

fn names(envelopes: &[Value]) -> Vec<&str> {
    envelopes
        .iter()
        .map(|envelope| envelope["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_is_sent_and_what_is_emitted_arrive_together_the_sent_one_first() {
    let operations = operations().await;
    let mut source = operations
        .subscribe(caller(), "orders.subscribe", None)
        .await
        .unwrap();
    let answer = send(&operations, "a").await.unwrap();
    assert_eq!(answer["status"], "ok");
    assert_eq!(answer["result"], json!({"ok": true}));
    let (envelopes, token) = take(&mut source, 3).await;
    assert_eq!(
        names(&envelopes),
        ["pubsub:ready", "orders:created", "orders:ingested"]
    );
    assert_eq!(
        envelopes[1]["payload"],
        json!({"orderId": "a", "total": 0.0}),
        "defaults are filled in for subscribers"
    );
    assert_eq!(envelopes[2]["meta"]["causedBy"], envelopes[1]["id"]);
    assert_eq!(envelopes[1]["meta"]["requestId"], "request");
    assert_eq!(answer["emittedEvents"], json!([envelopes[2]]));
    assert_eq!(
        answer["cursor"], token,
        "the answer's cursor is the place right after its events"
    );
}

#[tokio::test]
async fn a_subscription_resumes_by_token_by_event_id_and_tells_what_it_does_not_know() {
    let operations = operations().await;
    let mut source = operations
        .subscribe(
            caller(),
            "subscribe",
            Some(raw(&json!({"channel": "orders"}))),
        )
        .await
        .unwrap();
    let (_, start) = take(&mut source, 1).await;
    send(&operations, "a").await.unwrap();
    send(&operations, "b").await.unwrap();
    let (envelopes, _) = take(&mut source, 4).await;
    let resume = |key: &str, place: &str| raw(&json!({"channel": ["orders"], key: place}));
    for (key, place, expected) in [
        ("lastEventId", start.as_str(), 5),
        ("cursor", start.as_str(), 5),
        ("lastEventId", envelopes[1]["id"].as_str().unwrap(), 3),
    ] {
        let mut resumed = operations
            .subscribe(caller(), "subscribe", Some(resume(key, place)))
            .await
            .unwrap();
        let (again, _) = take(&mut resumed, expected).await;
        assert_eq!(again[1..], envelopes[5 - expected..], "{key} {place}");
    }
    for (place, reason) in [
        ("c1.nonsense", "invalid_cursor"),
        ("?", "invalid_cursor"),
        ("0198f2b0-7d3a-7000-8a5e-0242ac120002", "unknown_id"),
    ] {
        let mut lost = operations
            .subscribe(caller(), "subscribe", Some(resume("lastEventId", place)))
            .await
            .unwrap();
        let (told, _) = take(&mut lost, 2).await;
        assert_eq!(names(&told), ["pubsub:gap", "pubsub:ready"]);
        assert_eq!(
            (
                &told[0]["payload"]["reason"],
                &told[0]["payload"]["requested"]
            ),
            (&json!(reason), &json!(place))
        );
    }
}

#[tokio::test]
async fn events_opens_a_stream_of_several_channels_or_says_why_not() {
    let operations = operations().await;
    let open = |channels: &[&str]| {
        let channels = channels.iter().map(|&name| name.to_owned()).collect();
        operations.events(
            caller(),
            EventsRequest {
                channels,
                ..EventsRequest::default()
            },
        )
    };
    assert_eq!(
        open(&["orders", "nope"])
            .await
            .err()
            .map(|error| error.kind()),
        Some(ErrorKind::NotFound)
    );
    assert_eq!(
        open(&["ops"]).await.err().map(|error| error.kind()),
        Some(ErrorKind::Forbidden)
    );
    assert_eq!(
        open(&[]).await.err().map(|error| error.kind()),
        Some(ErrorKind::BadRequest)
    );
    assert_eq!(
        take(&mut open(&["orders", "orders"]).await.unwrap(), 1)
            .await
            .0
            .len(),
        1
    );
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let operations = operations().await;
    let path = |error: Error| serde_json::to_value(&error.violations()[0].path).unwrap();
    let bad = |payload: Value| {
        call(
            &operations,
            "sendEvent",
            json!({"name": "orders:created", "payload": payload}),
        )
    };
    let error = bad(json!({"orderId": "a", "total": "many"}))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.violations()[0].code),
        (ErrorKind::BadRequest, "invalid_type")
    );
    assert_eq!(path(error), json!(["payload", "total"]));
    assert_eq!(
        path(bad(json!({})).await.unwrap_err()),
        json!(["payload", "orderId"])
    );
    assert_eq!(
        path(
            call(&operations, "orders.created", json!({"total": 1}))
                .await
                .unwrap_err()
        ),
        json!(["orderId"])
    );
    let long = json!({"orderId": "x".repeat(300)});
    assert_eq!(
        bad(long).await.unwrap_err().kind(),
        ErrorKind::PayloadTooLarge
    );
    assert_eq!(
        path(
            call(&operations, "fetchHistory", json!({"channel": 5}))
                .await
                .unwrap_err()
        ),
        json!(["channel"])
    );
    assert_eq!(
        path(
            call(
                &operations,
                "fetchHistory",
                json!({"channel": "orders", "limit": 1_001})
            )
            .await
            .unwrap_err()
        ),
        json!(["limit"])
    );
}

#[tokio::test]
async fn unknown_names_are_not_found_and_server_events_are_forbidden() {
    let operations = operations().await;
    let kind = |name: &'static str| {
        let operations = &operations;
        async move {
            call(
                operations,
                "sendEvent",
                json!({"name": name, "payload": {}}),
            )
            .await
            .unwrap_err()
            .kind()
        }
    };
    assert_eq!(kind("orders:nope").await, ErrorKind::NotFound);
    assert_eq!(kind("orders:ingested").await, ErrorKind::Forbidden);
    assert!(operations.kind("orders.ingested").is_none());
    assert!(operations.kind("ops.subscribe").is_none());
    assert_eq!(
        operations
            .call(caller(), "nope", None)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn an_action_that_fails_publishes_nothing_and_shows_what_is_meant_to_be_seen() {
    let operations = operations().await;
    let refused = send(&operations, "sold out").await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.message()),
        (ErrorKind::Conflict, "sold out")
    );
    assert_eq!(
        refused.event().map(RawValue::get),
        Some(r#"{"type":"sold_out"}"#)
    );
    for secret in ["broken", "panic"] {
        let error = send(&operations, secret).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Internal, "internal server error"),
            "{secret}"
        );
    }
    assert_eq!(
        send(&operations, "slow").await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
    assert_eq!(
        call(&operations, "fetchHistory", json!({"channel": "orders"}))
            .await
            .unwrap(),
        json!([])
    );
    send(&operations, "progress").await.unwrap_err();
    let published = call(&operations, "fetchHistory", json!({"channel": "orders"}))
        .await
        .unwrap();
    assert_eq!(
        published[0]["payload"]["number"], 1_000,
        "`emit_now` does not wait for success"
    );
    assert_eq!(
        send(&operations, "a").await.unwrap()["status"],
        "ok",
        "one call's failure is no other's"
    );
}

#[tokio::test]
async fn actions_under_way_are_capped() {
    let operations = operations().await;
    let answers = futures_util::future::join_all((0..6).map(|_| send(&operations, "slow"))).await;
    let count = |kind| {
        answers
            .iter()
            .filter(|answer| answer.as_ref().is_err_and(|error| error.kind() == kind))
            .count()
    };
    assert_eq!(
        (count(ErrorKind::Timeout), count(ErrorKind::Unavailable)),
        (4, 2)
    );
    let refused = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .find(|error| error.kind() == ErrorKind::Unavailable);
    assert!(refused.unwrap().retry_after().is_some());
    assert_eq!(
        send(&operations, "a").await.unwrap()["status"],
        "ok",
        "their places are free again"
    );
}

#[tokio::test]
async fn an_event_without_an_action_is_validated_and_published() {
    let operations = operations().await;
    let answer = call(
        &operations,
        "orders.noted",
        json!({"orderId": "n", "clientEventId": "mine", "extra": 1}),
    )
    .await
    .unwrap();
    assert_eq!(answer, json!(null));
    let published = call(&operations, "fetchHistory", json!({"channel": "orders"}))
        .await
        .unwrap();
    assert_eq!(
        published[0]["payload"],
        json!({"orderId": "n", "total": 0.0})
    );
    assert_eq!(published[0]["meta"]["clientEventId"], "mine");
    assert!(
        call(&operations, "orders.noted", json!({"total": 1}))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn history_pages_both_ways_and_fetch_history_reads_since() {
    let operations = operations().await;
    for id in ["a", "b", "c"] {
        call(&operations, "orders.noted", json!({"orderId": id}))
            .await
            .unwrap();
    }
    let ids = |events: &Value| {
        let events = events.as_array().unwrap();
        events
            .iter()
            .map(|event| event["payload"]["orderId"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    let all = call(&operations, "fetchHistory", json!({"channel": "orders"}))
        .await
        .unwrap();
    assert_eq!(ids(&all), "abc");
    assert_eq!(
        ids(&call(
            &operations,
            "fetchHistory",
            json!({"channel": "orders", "limit": 2})
        )
        .await
        .unwrap()),
        "bc"
    );
    let since = |since: &Value| {
        call(
            &operations,
            "fetchHistory",
            json!({"channel": "orders", "since": since}),
        )
    };
    assert_eq!(ids(&since(&all[0]["id"]).await.unwrap()), "bc");
    assert_eq!(
        ids(&since(&json!("1970-01-02T00:00:00Z")).await.unwrap()),
        "abc"
    );
    assert_eq!(
        since(&json!("yesterday")).await.unwrap_err().kind(),
        ErrorKind::BadRequest
    );

    let page = |input: Value| call(&operations, "orders.history", input);
    let first = page(json!({"limit": 2})).await.unwrap();
    assert_eq!(
        (ids(&first["events"]).as_str(), &first["prev"]),
        ("ab", &Value::Null)
    );
    let second = page(json!({"limit": 2, "cursor": first["next"]}))
        .await
        .unwrap();
    assert_eq!(
        (ids(&second["events"]).as_str(), &second["next"]),
        ("c", &Value::Null)
    );
    let back = page(json!({"limit": 2, "cursor": second["prev"], "direction": "backward"}))
        .await
        .unwrap();
    assert_eq!(ids(&back["events"]), "ab");
}

#[test]
fn a_server_without_what_its_actions_need_does_not_start() {
    let error = Table::new(&registry(), &Services::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("needs service") && error.contains("Store"),
        "{error}"
    );
    let domain = Domain {
        package: "orders-events",
        crate_name: "pubsub_runtime",
    };
    let channel = ChannelEntry {
        name: "orders",
        docs: "",
        policy: ChannelPolicy::DEFAULT,
    };
    let bodiless = Registry::from_entries(
        domain,
        vec![channel],
        Vec::new(),
        vec![ActionEntry {
            emits: &[],
            ..action("orders:bodiless")
        }],
    );
    let error = Table::new(&bodiless, &Services::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "action `orders:bodiless` was compiled out; enable feature `server` of crate `orders-events`"
    );
    let empty = Registry::from_entries(domain, vec![channel], Vec::new(), Vec::new());
    assert!(
        Table::new(&empty, &Services::default())
            .unwrap_err()
            .to_string()
            .starts_with("no event is declared")
    );
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_is_pinged_again_and_again() {
    let operations = operations().await;
    let mut source = operations
        .subscribe(caller(), "orders.subscribe", None)
        .await
        .unwrap();
    let started = tokio::time::Instant::now();
    let mut pings = 0;
    while pings < 4 {
        let mut frames = Vec::new();
        let more = poll_fn(|cx| source.poll_frames(cx, &Plain, 1 << 16, &mut frames));
        let step = tokio::time::timeout(Duration::from_mins(2), more).await;
        assert!(
            matches!(step, Ok(Step::Frames)),
            "after {pings} pings: {step:?}"
        );
        pings += frames.iter().filter(|frame| frame[..] == *b"ping").count();
    }
    assert!(started.elapsed() <= Duration::from_secs(5 * 15 + 1));
}

#[tokio::test]
async fn stopping_waits_for_an_action_whose_caller_left() {
    let operations = operations().await;
    let store = operations.0.services.get::<Store>().unwrap();
    let sending = tokio::spawn({
        let operations = operations.clone();
        async move { send(&operations, "outlives its caller").await }
    });
    while store.count.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    sending.abort();
    operations.0.stop(Duration::from_secs(5)).await.unwrap();
    assert_eq!(*store.seen.lock().unwrap(), ["published"]);
    assert_eq!(
        send(&operations, "a").await.unwrap_err().kind(),
        ErrorKind::Unavailable,
        "no more are taken"
    );
}

#[tokio::test]
async fn large_events_are_not_skipped_on_the_way_back() {
    use crate::delivery::adapter::NewEvent;
    let operations = operations().await;
    let channel = operations.0.table.channel("orders").unwrap();
    let log = channel.logs.first().unwrap().id.clone();
    let pad = "x".repeat(1 << 20);
    for number in 0..12_u32 {
        let event = NewEvent {
            id: uuid::Uuid::from_u128(u128::from(number) + 1),
            name: "orders:created".into(),
            time: crate::words::envelope::Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(json!({"number": number, "pad": pad}).to_string()),
        };
        let appended = operations
            .0
            .hub
            .adapter()
            .append(vec![(log.clone(), event)]);
        appended.await.unwrap();
    }
    let numbers = |events: &Value| -> Vec<u64> {
        let events = events.as_array().unwrap().iter();
        events
            .map(|event| event["number"].as_u64().unwrap())
            .collect()
    };
    let newest = call(&operations, "fetchHistory", json!({"channel": "orders"}))
        .await
        .unwrap();
    assert_eq!(numbers(&newest).last(), Some(&11));
    let mut input = json!({"limit": 11, "direction": "backward"});
    let mut seen = Vec::new();
    loop {
        let page = call(&operations, "orders.history", input.clone())
            .await
            .unwrap();
        seen.splice(0..0, numbers(&page["events"]));
        if page["prev"].is_null() {
            break;
        }
        input["cursor"] = page["prev"].clone();
    }
    assert_eq!(seen, (0..12).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_that_is_never_quiet_ends_with_its_server() {
    let operations = operations().await;
    let mut source = operations
        .subscribe(caller(), "orders.subscribe", None)
        .await
        .unwrap();
    for _ in 0..1_000 {
        let sent = call(&operations, "orders.noted", json!({"orderId": "n"}));
        sent.await.unwrap();
    }
    operations.0.closing.begin();
    let mut frames = Vec::new();
    for turn in 0..2_000 {
        let step = poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames)).await;
        if matches!(step, Step::End(_)) {
            assert!(
                frames.len() < 1_000,
                "it ended once there was nothing to send"
            );
            return;
        }
        // Time passes.
        if turn % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    panic!("it goes on");
}

#[tokio::test]
async fn one_answer_is_bounded_over_all_its_channels() {
    use crate::delivery::adapter::NewEvent;
    let operations = operations().await;
    let pad = "x".repeat(1 << 20);
    for (channel, number) in ["orders", "stock"].into_iter().cycle().zip(0..14_u32) {
        let channel = operations.0.table.channel(channel).unwrap();
        let event = NewEvent {
            id: uuid::Uuid::from_u128(u128::from(number) + 1),
            name: "orders:created".into(),
            time: crate::words::envelope::Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(json!({"number": number, "pad": pad}).to_string()),
        };
        let log = channel.logs.first().unwrap().id.clone();
        let appended = operations.0.hub.adapter().append(vec![(log, event)]);
        appended.await.unwrap();
        // Sorted by when they were stored, to the millisecond.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let fetch = |since: Value| {
        let input = json!({"channel": ["orders", "stock"], "since": since});
        call(&operations, "fetchHistory", input)
    };
    for (since, expected) in [(Value::Null, 7..14), (json!("1970-01-02T00:00:00Z"), 0..7)] {
        let events = fetch(since).await.unwrap();
        let numbers: Vec<_> = events.as_array().unwrap().iter().collect();
        let numbers: Vec<_> = numbers
            .iter()
            .map(|event| event["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, expected.collect::<Vec<u64>>());
    }
}

#[tokio::test]
async fn an_event_that_only_an_action_declares_runs_and_is_not_published() {
    let operations = operations().await;
    let input = json!({"name": "orders:checked", "payload": {"orderId": "c"}});
    let answer = call(&operations, "sendEvent", input).await.unwrap();
    assert_eq!(answer, json!({"status": "ok", "result": {"checked": "c"}}));
    let published = call(&operations, "fetchHistory", json!({"channel": "orders"}));
    assert_eq!(published.await.unwrap(), json!([]));
}

mod consumers;
mod encrypted;
mod history;
mod partitions;
mod policies;
mod reading;
