//! Starts, filters and policies of subscriptions, through the procedures.

use super::*;
use crate::{
    declarations::{
        channel::{OnGap, OnLag},
        entry::SnapshotEntry,
    },
    delivery::source::End,
    services::snapshot::SnapshotBody,
    words::{
        clock::Clock,
        cursor::{Cursor, Position},
        envelope::Timestamp,
    },
};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Shipped {
    #[schemars(extend("x-filter" = true))]
    order_id: String,
    #[schemars(extend("x-filter" = true))]
    express: Option<bool>,
    weight: f64,
}

/// What only the snapshots need.
struct Shelf;

fn snapshot_of(kind: &'static str) -> Result<Box<RawValue>> {
    match kind {
        "good" => Ok(raw(&json!({"open": 3}))),
        "large" => Ok(raw(&json!("x".repeat(1 << 20)))),
        _ => Err(Error::new(ErrorKind::Conflict, "not now")),
    }
}

macro_rules! snapshot {
    ($channel:literal, $services:expr, $run:expr) => {
        inventory::submit! {
            SnapshotBody {
                channel: $channel,
                module: module_path!(),
                timeout_ms: 50,
                services: $services,
                run: $run,
            }
        }
    };
}
snapshot!("good", Vec::new, |context| Box::pin(async move {
    assert_eq!(context.request_id(), "request");
    context.service::<Store>()?;
    snapshot_of("good")
}));
snapshot!("large", Vec::new, |_| Box::pin(async {
    snapshot_of("large")
}));
snapshot!("failing", Vec::new, |_| Box::pin(async {
    snapshot_of("failing")
}));
snapshot!("slow", Vec::new, |_| Box::pin(async {
    tokio::time::sleep(Duration::from_hours(1)).await;
    snapshot_of("good")
}));
snapshot!("needy", || vec![ServiceKey::of::<Shelf>()], |_| Box::pin(
    async { snapshot_of("good") }
));

fn channels(channels: &[(&'static str, ChannelPolicy)]) -> Registry {
    let entries = channels.iter().map(|&(name, policy)| ChannelEntry {
        name,
        docs: "",
        policy,
    });
    let events = channels.iter().map(|(channel, _)| EventEntry {
        channel,
        payload: TypeEntry::of::<Shipped>(),
        ..event(
            String::leak(format!("{channel}:shipped")),
            TypeId::of::<Shipped>,
            Some(Direction::Both),
        )
    });
    let domain = Domain {
        package: "shop-events",
        crate_name: "pubsub_runtime",
    };
    let registry = Registry::from_entries(domain, entries.collect(), events.collect(), Vec::new());
    let snapshots = channels
        .iter()
        .filter(|(name, policy)| policy.on_gap == OnGap::Snapshot && *name != "forgotten");
    registry.with_snapshots(snapshots.map(|&(channel, _)| SnapshotEntry {
        channel,
        fn_name: channel,
        origin: origin(),
        docs: "",
        timeout_ms: 50,
        payload: TypeEntry::of::<Value>(),
    }))
}

async fn serving(name: &'static str, policy: ChannelPolicy) -> Operations {
    operations_of(
        &channels(&[(name, policy)]),
        Memory::new(),
        Tokens::default(),
    )
    .await
}

async fn ship(operations: &Operations, channel: &str, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers {
        let payload = json!({
            "orderId": number.to_string(),
            "express": number.is_multiple_of(2),
            "weight": 1.5,
        });
        let input = json!({"name": format!("{channel}:shipped"), "payload": payload});
        call(operations, "sendEvent", input).await.unwrap();
    }
}

async fn open(operations: &Operations, input: Value) -> Result<Box<dyn Source>> {
    operations
        .subscribe(caller(), "subscribe", Some(raw(&input)))
        .await
}

/// Each envelope in a word: the system event's, or the order's id.
async fn read(source: &mut Box<dyn Source>, count: usize) -> Vec<String> {
    let (envelopes, _) = take(source, count).await;
    let word = |envelope: &Value| {
        let order = envelope["payload"]["orderId"].as_str();
        let word = order.or_else(|| envelope["name"].as_str());
        word.unwrap().trim_start_matches("pubsub:").to_owned()
    };
    envelopes.iter().map(word).collect()
}

/// How a subscription ends that writes nothing more.
async fn end(source: &mut Box<dyn Source>) -> End {
    let mut frames = Vec::new();
    loop {
        let step = poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames));
        let step = tokio::time::timeout(Duration::from_secs(5), step).await;
        if let Step::End(end) = step.expect("it ends within five seconds") {
            return end;
        }
    }
}

fn refused(opened: Result<Box<dyn Source>>) -> (Value, String) {
    let error = opened.err().expect("a refusal");
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    let violation = &error.violations()[0];
    (
        serde_json::to_value(&violation.path).unwrap(),
        violation.message.clone(),
    )
}

/// A clock that moves by hand.
#[derive(Clone, Default)]
struct ManualClock(Arc<std::sync::atomic::AtomicU64>);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn a_subscription_starts_at_the_first_of_what_is_presented() {
    let clock = ManualClock::default();
    let memory = Memory::with_sources(Arc::new(clock.clone()), &RandomIds::default());
    let registry = channels(&[("parcels", ChannelPolicy::DEFAULT)]);
    let operations = operations_of(&registry, memory, Tokens::default()).await;
    clock.0.store(1_000, Ordering::SeqCst);
    ship(&operations, "parcels", 1..=2).await;
    let mut now = open(&operations, json!({"channel": "parcels"}))
        .await
        .unwrap();
    let (_, after_two) = take(&mut now, 1).await;
    clock.0.store(2_000, Ordering::SeqCst);
    ship(&operations, "parcels", 3..=4).await;
    let everything = ["ready", "1", "2", "3", "4", "live"];
    for (presented, expected) in [
        (json!({"from": "earliest"}), &everything as &[&str]),
        (
            json!({"since": "1970-01-01T00:00:02Z"}),
            &["ready", "3", "4", "live"],
        ),
        (json!({"since": "1970-01-01T00:00:02.001Z"}), &["ready"]),
        (
            json!({"since": "1970-01-01T01:00:01+01:00", "from": "now"}),
            &everything,
        ),
        (json!({"from": "now"}), &["ready"]),
        (
            json!({"cursor": after_two, "from": "earliest"}),
            &["ready", "3", "4", "live"],
        ),
        (
            json!({"lastEventId": after_two, "cursor": "c1.x", "since": "1970-01-01T00:00:00Z"}),
            &["ready", "3", "4", "live"],
        ),
        (
            json!({"lastEventId": "", "cursor": "", "since": "", "from": "earliest"}),
            &everything,
        ),
    ] {
        let mut input = presented.clone();
        input["channel"] = json!(["parcels"]);
        let mut source = open(&operations, input).await.unwrap();
        assert_eq!(
            read(&mut source, expected.len()).await,
            expected,
            "{presented}"
        );
        let mut frames = Vec::new();
        let more = poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames));
        let more = tokio::time::timeout(Duration::from_millis(20), more).await;
        assert!(more.is_err(), "{presented}: {frames:?}");
    }
}

#[tokio::test]
async fn the_callers_own_words_are_refused_with_their_place() {
    let operations = serving("parcels", ChannelPolicy::DEFAULT).await;
    for (input, path) in [
        (json!({"since": "yesterday"}), json!(["since"])),
        (json!({"since": "2026-01-01"}), json!(["since"])),
        (json!({"from": "then", "cursor": "c1.x"}), json!(["from"])),
    ] {
        let mut input = input;
        input["channel"] = json!("parcels");
        assert_eq!(refused(open(&operations, input).await).0, path);
    }
    let request = EventsRequest {
        channels: vec!["parcels".to_owned()],
        ..EventsRequest::default()
    };
    let since = EventsRequest {
        since: Some("yesterday".to_owned()),
        ..request.clone()
    };
    assert_eq!(
        refused(operations.events(caller(), since).await).0,
        json!(["since"])
    );
    let filters = EventsRequest {
        filters: Some("[".to_owned()),
        ..request
    };
    assert_eq!(
        refused(operations.events(caller(), filters).await).0,
        json!(["filters"])
    );
}

#[tokio::test]
async fn a_partition_that_a_token_does_not_name_is_read_from_its_beginning() {
    let policy = ChannelPolicy {
        partition_by: Some("order_id"),
        partitions: 4,
        ..ChannelPolicy::DEFAULT
    };
    let registry = channels(&[("parcels", policy), ("letters", ChannelPolicy::DEFAULT)]);
    let operations = operations_of(&registry, Memory::new(), Tokens::default()).await;
    ship(&operations, "letters", 1..=1).await;
    let sent = json!({"name": "parcels:shipped", "payload": {"orderId": "a", "weight": 1.0}});
    let answered = call(&operations, "sendEvent", sent).await.unwrap()["cursor"].clone();
    // A subscriber's token of a time when there was one partition: it names that one, and does not say that others may be older.
    let answered = Tokens::default().read(answered.as_str().unwrap()).unwrap();
    let parcels = operations.0.table.channel("parcels").unwrap();
    let mut places = parcels.logs.iter();
    let place = places.find_map(|log| answered.position(log.tag)).unwrap();
    let one_partition = Tokens::default().write(&Cursor::of(place));
    ship(&operations, "parcels", 1..=20).await;
    let input = json!({"channel": ["parcels", "letters"], "cursor": one_partition});
    let mut source = open(&operations, input).await.unwrap();
    let mut words = read(&mut source, 22).await;
    words.sort_unstable();
    let mut expected: Vec<_> = (1..=20).map(|number: u32| number.to_string()).collect();
    expected.extend(["live".to_owned(), "ready".to_owned()]);
    expected.sort_unstable();
    assert_eq!(
        words, expected,
        "all of the channel, nothing of the other one"
    );
}

#[tokio::test]
async fn filters_let_through_what_matches_on_both_transports() {
    let operations = serving("parcels", ChannelPolicy::DEFAULT).await;
    ship(&operations, "parcels", 1..=6).await;
    let input = json!({"channel": "parcels", "from": "earliest", "filters": {"express": true, "orderId": ["1", "2", "6"]}});
    let mut source = open(&operations, input).await.unwrap();
    assert_eq!(read(&mut source, 4).await, ["ready", "2", "6", "live"]);
    let request = EventsRequest {
        channels: vec!["parcels".to_owned()],
        from: Some("earliest".to_owned()),
        filters: Some(json!({"express": [false]}).to_string()),
        ..EventsRequest::default()
    };
    let mut source = operations.events(caller(), request).await.unwrap();
    assert_eq!(read(&mut source, 5).await, ["ready", "1", "3", "5", "live"]);
    ship(&operations, "parcels", 7..=9).await;
    assert_eq!(read(&mut source, 2).await, ["7", "9"]);
}

#[tokio::test]
async fn a_filter_that_cannot_be_kept_is_refused() {
    let operations = serving("parcels", ChannelPolicy::DEFAULT).await;
    let many: serde_json::Map<_, _> = (0..17).map(|n| (n.to_string(), json!(1))).collect();
    for (filters, path) in [
        (json!({"orderId": {"gt": 1}}), json!(["filters", "orderId"])),
        (
            json!({"orderId": ["a", ["b"]]}),
            json!(["filters", "orderId", 1]),
        ),
        (json!({"orderId": []}), json!(["filters", "orderId"])),
        (
            json!({"orderId": vec!["a"; 101]}),
            json!(["filters", "orderId"]),
        ),
        (json!({"weight": 1.5}), json!(["filters", "weight"])),
        (json!({"order_id": "a"}), json!(["filters", "order_id"])),
        (json!(many), json!(["filters"])),
    ] {
        let input = json!({"channel": "parcels", "filters": filters});
        let (at, message) = refused(open(&operations, input).await);
        assert_eq!(at, path, "{message}");
        if path == json!(["filters", "weight"]) {
            assert!(
                message.ends_with("known are `express`, `orderId`"),
                "{message}"
            );
        }
    }
    let input = json!({"channel": "parcels", "filters": {}});
    assert!(open(&operations, input).await.is_ok());
}

/// A subscription of `channel` that presents an id nobody knows.
async fn lost(operations: &Operations, channel: &str) -> Box<dyn Source> {
    let input = json!({"channel": channel, "lastEventId": "0198f2b0-7d3a-7000-8a5e-0242ac120002"});
    open(operations, input).await.unwrap()
}

fn on_gap(on_gap: OnGap) -> ChannelPolicy {
    ChannelPolicy {
        on_gap,
        ..ChannelPolicy::DEFAULT
    }
}

#[tokio::test]
async fn a_gap_is_followed_by_what_the_channel_says() {
    let operations = serving("parcels", on_gap(OnGap::Live)).await;
    ship(&operations, "parcels", 1..=3).await;
    let mut source = lost(&operations, "parcels").await;
    assert_eq!(read(&mut source, 3).await, ["gap", "ready", "live"]);
    ship(&operations, "parcels", 4..=4).await;
    assert_eq!(read(&mut source, 1).await, ["4"]);

    let operations = serving("good", on_gap(OnGap::Snapshot)).await;
    ship(&operations, "good", 1..=3).await;
    let mut source = lost(&operations, "good").await;
    let (told, token) = take(&mut source, 2).await;
    assert_eq!(names(&told), ["pubsub:gap", "pubsub:snapshot"]);
    assert_eq!(told[1]["payload"], json!({"open": 3}));
    assert_eq!(told[1]["channel"], "good");
    assert_eq!(told[0]["payload"]["resumeFrom"], token);
    assert_eq!(read(&mut source, 2).await, ["ready", "live"]);
    ship(&operations, "good", 4..=4).await;
    assert_eq!(read(&mut source, 1).await, ["4"]);

    let operations = serving("parcels", on_gap(OnGap::Fail)).await;
    let End::Failed(error) = end(&mut lost(&operations, "parcels").await).await else {
        panic!("an error")
    };
    assert_eq!(error.kind(), ErrorKind::PreconditionFailed);
    let gap = error.gap().expect("the gap is its data");
    assert_eq!(
        (gap.reason.as_str(), gap.channel.as_str()),
        ("unknown_id", "parcels")
    );
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_made_ends_the_subscription_with_its_error() {
    for (channel, kind) in [
        ("failing", ErrorKind::Conflict),
        ("large", ErrorKind::Internal),
        ("slow", ErrorKind::Timeout),
    ] {
        let operations = serving(channel, on_gap(OnGap::Snapshot)).await;
        let End::Failed(error) = end(&mut lost(&operations, channel).await).await else {
            panic!("an error")
        };
        assert_eq!(error.kind(), kind, "{channel}");
    }
}

fn start_errors(registry: &Registry) -> String {
    let mut services = Services::default();
    services.insert(Store::default());
    let table = Table::new(registry, &services);
    table
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn a_policy_that_cannot_be_kept_is_told_at_the_start_with_its_remedy() {
    let start = |name, policy| start_errors(&channels(&[(name, policy)]));
    let conflate = |field| ChannelPolicy {
        on_lag: OnLag::Conflate(field),
        ..ChannelPolicy::DEFAULT
    };
    let ordered = |partition_by, partitions| ChannelPolicy {
        partition_by,
        partitions,
        ..ChannelPolicy::DEFAULT
    };
    assert_eq!(start("parcels", conflate("order_id")), "");
    assert_eq!(start("parcels", ordered(Some("order_id"), 16)), "");
    assert_eq!(start("good", on_gap(OnGap::Snapshot)), "");
    for (errors, expected) in [
        (
            start("forgotten", on_gap(OnGap::Snapshot)),
            "write `#[snapshot(channel = \"forgotten\")]`",
        ),
        (
            start("parcels", on_gap(OnGap::Snapshot)),
            "snapshot `parcels` was compiled out; enable feature `server`",
        ),
        (
            start("needy", on_gap(OnGap::Snapshot)),
            "needs service `pubsub_runtime::ops::tests::reading::Shelf`",
        ),
        (start("parcels", conflate("sku")), "conflate"),
        (start("parcels", ordered(Some("sku"), 16)), "`sku`"),
        (
            start("parcels", ordered(None, 4)),
            "nothing says which log of channel `parcels` event `parcels:shipped` goes to",
        ),
        (
            start("parcels", ordered(Some("order_id"), 33)),
            "has 33 partitions, and a cursor names at most 32",
        ),
    ] {
        assert!(errors.contains(expected), "{expected}\n---\n{errors}");
    }
}

#[tokio::test]
async fn without_system_events_a_gap_is_told_all_the_same() {
    let operations = serving("parcels", ChannelPolicy::DEFAULT).await;
    ship(&operations, "parcels", 1..=2).await;
    let input = json!({"channel": "parcels", "system": false, "from": "earliest"});
    let mut source = open(&operations, input).await.unwrap();
    assert_eq!(read(&mut source, 2).await, ["1", "2"]);
    ship(&operations, "parcels", 3..=3).await;
    assert_eq!(read(&mut source, 1).await, ["3"], "no `live` in between");
    let input = json!({"channel": "parcels", "system": false, "cursor": "c1.x"});
    let mut source = open(&operations, input).await.unwrap();
    assert_eq!(read(&mut source, 4).await, ["gap", "1", "2", "3"]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_filtered_subscriber_is_given_its_place_with_an_event_now_and_then() {
    let policy = ChannelPolicy {
        retention: Duration::from_mins(1),
        ..ChannelPolicy::DEFAULT
    };
    let operations = serving("parcels", policy).await;
    let input = json!({"channel": "parcels", "filters": {"orderId": "none"}});
    let mut source = open(&operations, input).await.unwrap();
    let (_, start) = take(&mut source, 1).await;
    ship(&operations, "parcels", 1..=3).await;
    let mut frames: Vec<Bytes> = Vec::new();
    let told = async {
        loop {
            poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames)).await;
            let text = String::from_utf8(frames.pop().unwrap().to_vec()).unwrap();
            // Pings come more often, and some clients forget what they said.
            if text != "ping" {
                return text;
            }
        }
    };
    let text = tokio::time::timeout(Duration::from_secs(31), told)
        .await
        .expect("within half the retention");
    let (body, token) = text.split_once('\t').unwrap();
    let live: Value = serde_json::from_str(body).unwrap();
    assert_eq!(live["name"], "pubsub:live");
    assert_eq!(live["payload"]["cursor"], token);
    assert_ne!(token, start);
    let mut frames = Vec::new();
    let again = async {
        while frames.iter().all(|frame: &Bytes| &**frame == b"ping") {
            poll_fn(|cx| source.poll_frames(cx, &Plain, 1, &mut frames)).await;
        }
    };
    let again = tokio::time::timeout(Duration::from_mins(5), again).await;
    assert!(
        again.is_err(),
        "a place that did not move is not told again"
    );
}

#[tokio::test]
async fn a_reader_that_is_too_far_behind_is_told_by_its_channels_policy() {
    let policy = ChannelPolicy {
        on_lag: OnLag::Conflate("order_id"),
        max_lag: 4,
        ..ChannelPolicy::DEFAULT
    };
    let operations = serving("parcels", policy).await;
    let mut source = open(&operations, json!({"channel": "parcels"}))
        .await
        .unwrap();
    assert_eq!(read(&mut source, 1).await, ["ready"]);
    for _ in 0..10 {
        ship(&operations, "parcels", 1..=3).await;
    }
    // The feeder is a task of its own: what it has brought so far decides how much lies behind.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (told, _) = take(&mut source, 4).await;
    assert_eq!(told[0]["payload"]["reason"], "slow_consumer");
    assert_eq!(told[0]["payload"]["missed"], 27);
    let words: Vec<_> = told[1..]
        .iter()
        .map(|event| &event["payload"]["orderId"])
        .collect();
    assert_eq!(words, ["1", "2", "3"]);
}

#[tokio::test]
async fn a_channel_named_twice_is_read_once_and_too_many_logs_are_refused() {
    let policy = ChannelPolicy {
        partition_by: Some("order_id"),
        partitions: 32,
        ..ChannelPolicy::DEFAULT
    };
    let registry = channels(&[("parcels", policy), ("letters", ChannelPolicy::DEFAULT)]);
    let operations = operations_of(&registry, Memory::new(), Tokens::default()).await;
    ship(&operations, "letters", 1..=2).await;
    let twice = json!({"channel": ["letters", "letters"], "from": "earliest"});
    let mut source = open(&operations, twice).await.unwrap();
    assert_eq!(read(&mut source, 4).await, ["ready", "1", "2", "live"]);
    let many = json!({"channel": ["parcels", "letters"]});
    let (path, _) = refused(open(&operations, many).await);
    assert_eq!(path, json!(["channel"]));
}

#[tokio::test]
async fn a_place_without_an_anchor_is_no_other_history() {
    let operations = serving("parcels", ChannelPolicy::DEFAULT).await;
    let sent = json!({"name": "parcels:shipped", "payload": {"orderId": "a", "weight": 1.0}});
    let answered = call(&operations, "sendEvent", sent).await.unwrap()["cursor"].clone();
    let answered = Tokens::default().read(answered.as_str().unwrap()).unwrap();
    let tag = operations.0.table.channel("parcels").unwrap().logs[0].tag;
    let place = answered.position(tag).unwrap();
    let unanchored = Position { anchor: 0, ..place };
    ship(&operations, "parcels", 1..=1).await;
    let cursor = Tokens::default().write(&Cursor::of(unanchored));
    let input = json!({"channel": "parcels", "cursor": cursor});
    let mut source = open(&operations, input).await.unwrap();
    assert_eq!(read(&mut source, 3).await, ["ready", "1", "live"]);
}
