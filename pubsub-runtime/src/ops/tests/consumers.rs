//! Clients that give a name, because they cannot send a place.

use super::{
    partitions::{by_item, move_all, partitioned, whole},
    *,
};
use crate::{
    delivery::source::End,
    services::cursor_store::{StoreFuture, StoredCursor},
};

/// A store that counts, and survives or not.
struct Counting {
    places: MemoryCursorStore,
    survives: bool,
    writes: AtomicUsize,
    broken: std::sync::atomic::AtomicBool,
}

impl Counting {
    fn new(survives: bool) -> Arc<Self> {
        Arc::new(Self {
            places: MemoryCursorStore::new(),
            survives,
            writes: AtomicUsize::new(0),
            broken: false.into(),
        })
    }

    fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }
}

impl CursorStore for Counting {
    fn survives_restart(&self) -> bool {
        self.survives
    }

    fn get(&self, key: String) -> StoreFuture<'_, Option<StoredCursor>> {
        assert!(key.len() <= 64 && key.is_ascii());
        self.places.get(key)
    }

    fn put(&self, key: String, cursor: StoredCursor, ttl: Duration) -> StoreFuture<'_, ()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        if self.broken.load(Ordering::SeqCst) {
            let error = Error::new(ErrorKind::Unavailable, "the store is gone");
            return Box::pin(std::future::ready(Err(error)));
        }
        self.places.put(key, cursor, ttl)
    }
}

async fn keeping(store: &Arc<Counting>) -> Operations {
    let store = Arc::clone(store) as Arc<dyn CursorStore>;
    operations_storing(&registry(), Memory::new(), Tokens::default(), store).await
}

async fn try_open(operations: &Operations, input: Value) -> Result<Box<dyn Source>> {
    let over_web_socket = Caller {
        confirms: true,
        ..caller()
    };
    operations
        .subscribe(over_web_socket, "subscribe", Some(raw(&input)))
        .await
}

async fn open(operations: &Operations) -> Box<dyn Source> {
    let input = json!({"channel": "orders", "consumer": "till 1"});
    let source = try_open(operations, input).await.unwrap();
    assert!(source.keeps_place());
    source
}

async fn note(operations: &Operations, ids: &str) {
    for id in ids.chars() {
        let input = json!({"orderId": id.to_string()});
        call(operations, "orders.noted", input).await.unwrap();
    }
}

/// The next frames: the ids of orders, and what system events say.
async fn read(source: &mut Box<dyn Source>, count: usize) -> Vec<String> {
    let (envelopes, _) = take(source, count).await;
    let said = |envelope: &Value| match envelope["name"].as_str().unwrap() {
        "orders:noted" => envelope["payload"]["orderId"].as_str().unwrap().to_owned(),
        "pubsub:gap" => {
            assert_eq!(envelope["payload"]["certain"], false);
            envelope["payload"]["reason"].as_str().unwrap().to_owned()
        }
        name => name.to_owned(),
    };
    envelopes.iter().map(said).collect()
}

fn confirm(source: &mut Box<dyn Source>, number: u64) {
    assert!(source.mark(number), "there is something to confirm");
    source.acknowledge(number);
}

/// Waits until the places that were confirmed are stored.
async fn stored(operations: &Operations) {
    for _ in 0..1_000 {
        if format!("{:?}", operations.0.consumers) == "Consumers { seats: 0, .. }" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{:?}", operations.0.consumers);
}

#[tokio::test]
async fn what_was_not_confirmed_is_sent_again_and_what_was_is_not() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let mut source = open(&operations).await;
    note(&operations, "abcd").await;
    assert_eq!(read(&mut source, 3).await, ["pubsub:ready", "a", "b"]);
    assert!(source.mark(1));
    assert_eq!(read(&mut source, 1).await, ["c"]);
    source.acknowledge(1);
    drop(source);
    stored(&operations).await;
    note(&operations, "e").await;
    let mut source = open(&operations).await;
    assert_eq!(
        read(&mut source, 4).await,
        ["pubsub:ready", "c", "d", "e"],
        "the pong stands for what was written before its ping"
    );
    // Numbers of other pings confirm nothing, and neither does a second pong.
    assert!(source.mark(7));
    for number in [1, 6, 8] {
        source.acknowledge(number);
    }
    drop(source);
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 3).await, ["pubsub:ready", "c", "d"]);
    assert_eq!(read(&mut source, 1).await, ["e"]);
    confirm(&mut source, 8);
    assert!(!source.mark(9), "nothing new");
    drop(source);
    note(&operations, "f").await;
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 2).await, ["pubsub:ready", "f"]);
}

#[tokio::test]
async fn a_new_name_starts_now_and_is_stored_at_once() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    note(&operations, "a").await;
    // Cut before anything was read.
    drop(open(&operations).await);
    stored(&operations).await;
    assert_eq!(store.writes(), 1);
    note(&operations, "b").await;
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 2).await, ["pubsub:ready", "b"]);
}

#[tokio::test]
async fn a_name_that_may_have_been_forgotten_is_told_until_it_is_known_to_know() {
    let store = Counting::new(false);
    let operations = keeping(&store).await;
    for reason in ["unknown_consumer", "unconfirmed", "unconfirmed"] {
        let mut source = open(&operations).await;
        assert!(!source.mark(1), "nothing was sent yet");
        assert_eq!(read(&mut source, 2).await, [reason, "pubsub:ready"]);
        assert!(source.mark(2));
        drop(source);
        stored(&operations).await;
    }
    note(&operations, "a").await;
    let mut source = open(&operations).await;
    assert_eq!(
        read(&mut source, 3).await,
        ["unconfirmed", "pubsub:ready", "a"]
    );
    confirm(&mut source, 3);
    drop(source);
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 1).await, ["pubsub:ready"]);
}

#[tokio::test]
async fn a_client_that_confirms_nothing_is_told_and_gets_everything_again() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let mut source = open(&operations).await;
    note(&operations, "ab").await;
    read(&mut source, 2).await;
    confirm(&mut source, 1);
    read(&mut source, 1).await;
    assert!(source.mark(2));
    source.doubt(1);
    source.doubt(2);
    drop(source);
    for _ in 0..2 {
        stored(&operations).await;
        let mut source = open(&operations).await;
        assert_eq!(
            read(&mut source, 3).await,
            ["unconfirmed", "pubsub:ready", "b"]
        );
    }
    // A late pong of a newer ping puts it right.
    let mut source = open(&operations).await;
    read(&mut source, 3).await;
    assert!(source.mark(1));
    source.doubt(1);
    confirm(&mut source, 2);
    drop(source);
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 1).await, ["pubsub:ready"]);
}

#[tokio::test]
async fn a_newer_subscription_takes_over_with_what_was_confirmed_last() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let mut older = open(&operations).await;
    note(&operations, "ab").await;
    read(&mut older, 2).await;
    confirm(&mut older, 1);
    read(&mut older, 1).await;
    assert!(older.mark(2));
    let waiting = tokio::spawn(async move {
        let mut frames = Vec::new();
        let step = poll_fn(|cx| older.poll_frames(cx, &Plain, 1, &mut frames)).await;
        older.acknowledge(2);
        (step, frames.len())
    });
    tokio::task::yield_now().await;
    let mut newer = open(&operations).await;
    assert_eq!(read(&mut newer, 2).await, ["pubsub:ready", "b"]);
    let (step, frames) = waiting.await.unwrap();
    let Step::End(End::Failed(error)) = step else {
        panic!("{step:?}")
    };
    assert_eq!((error.kind(), frames), (ErrorKind::Conflict, 0));
    // What the older one confirms is not the newer one's.
    drop(newer);
    let mut again = open(&operations).await;
    assert_eq!(
        read(&mut again, 3).await,
        ["pubsub:ready", "b", "pubsub:live"]
    );
    let other = json!({"channel": "orders", "consumer": "till 2"});
    drop(try_open(&operations, other).await.unwrap());
    let more = json!({"channel": ["orders", "stock"], "consumer": "till 1"});
    drop(try_open(&operations, more).await.unwrap());
    note(&operations, "c").await;
    assert_eq!(
        read(&mut again, 1).await,
        ["c"],
        "other names and channels are others"
    );
}

#[tokio::test]
async fn a_place_that_is_given_wins() {
    let store = Counting::new(false);
    let operations = keeping(&store).await;
    let mut source = open(&operations).await;
    note(&operations, "abc").await;
    read(&mut source, 2).await;
    let (_, token) = take(&mut source, 2).await;
    drop(source);
    let input = json!({"channel": "orders", "consumer": "till 1", "lastEventId": token});
    let mut source = try_open(&operations, input).await.unwrap();
    assert_eq!(read(&mut source, 2).await, ["pubsub:ready", "c"]);
    confirm(&mut source, 1);
    drop(source);
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 1).await, ["pubsub:ready"]);
}

#[tokio::test]
async fn partitions_and_channels_have_one_place() {
    let store = Counting::new(true) as Arc<dyn CursorStore>;
    let (registry, tokens) = (partitioned(), Tokens::encrypted(&[3; 32], &[]));
    let operations = operations_storing(&registry, Memory::new(), tokens, store).await;
    let input = |channels: [&str; 2]| json!({"channel": channels, "consumer": "all"});
    let open = |channels| try_open(&operations, input(channels));
    let mut source = open(["stock", "notes"]).await.unwrap();
    move_all(&operations, 0..40).await;
    let (first, _) = take(&mut source, 1 + 25).await;
    confirm(&mut source, 1);
    take(&mut source, 5).await;
    drop(source);
    let mut source = open(["notes", "stock"]).await.unwrap();
    let (second, _) = take(&mut source, 1 + 15).await;
    assert_eq!(by_item(first[1..].iter().chain(&second[1..])), whole(40));
}

#[tokio::test(start_paused = true)]
async fn the_store_is_written_once_a_second_and_at_the_end() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let mut source = open(&operations).await;
    read(&mut source, 1).await;
    assert_eq!(store.writes(), 1, "where it starts");
    for number in 1..=100 {
        note(&operations, "a").await;
        read(&mut source, 1).await;
        confirm(&mut source, number);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let writes = store.writes();
    assert!((9..=12).contains(&writes), "{writes} writes in 10 s");
    note(&operations, "b").await;
    read(&mut source, 1).await;
    confirm(&mut source, 101);
    drop(source);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(store.writes() <= writes + 2);
    stored(&operations).await;
    // Nothing is written for a client that has nothing new.
    let writes = store.writes();
    let mut source = open(&operations).await;
    read(&mut source, 1).await;
    confirm(&mut source, 1);
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(store.writes(), writes + 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_refuses_new_subscriptions_and_is_tried_again_for_open_ones() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let mut source = open(&operations).await;
    note(&operations, "a").await;
    read(&mut source, 2).await;
    store.broken.store(true, Ordering::SeqCst);
    confirm(&mut source, 1);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let other = json!({"channel": "orders", "consumer": "till 2"});
    let refused = try_open(&operations, other).await.err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    store.broken.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(2)).await;
    drop(source);
    stored(&operations).await;
    let mut source = open(&operations).await;
    assert_eq!(read(&mut source, 1).await, ["pubsub:ready"]);
}

#[tokio::test]
async fn a_consumer_needs_a_fit_name_and_a_transport_that_confirms() {
    let store = Counting::new(true);
    let operations = keeping(&store).await;
    let long = "a".repeat(201);
    for name in ["", "a\nb", "\u{7f}", &long] {
        let input = json!({"channel": "orders", "consumer": name});
        let error = try_open(&operations, input).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{name:?}");
    }
    let input = json!({"channel": "orders", "consumer": "a".repeat(200)});
    let over_http = operations.subscribe(caller(), "subscribe", Some(raw(&input)));
    let error = over_http.await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert!(error.message().contains("WebSocket"), "{error}");
    try_open(&operations, input).await.unwrap();
    for (channel, kind) in [
        ("nothing", ErrorKind::NotFound),
        ("ops", ErrorKind::Forbidden),
    ] {
        let input = json!({"channel": channel, "consumer": "a"});
        let error = try_open(&operations, input).await.err().unwrap();
        assert_eq!(error.kind(), kind);
    }
    let without = json!({"channel": "orders"});
    let source = try_open(&operations, without).await.unwrap();
    assert!(!source.keeps_place());
}

#[tokio::test]
async fn anonymous_callers_may_only_name_consumers_of_public_channels() {
    let open = ChannelPolicy {
        subscribe: Access::Public,
        ..ChannelPolicy::DEFAULT
    };
    let channel = |name, policy| ChannelEntry {
        name,
        docs: "",
        policy,
    };
    let registry = Registry::from_entries(
        Domain {
            package: "orders-events",
            crate_name: "pubsub_runtime",
        },
        vec![
            channel("orders", ChannelPolicy::DEFAULT),
            channel("news", open),
        ],
        vec![event(
            "orders:noted",
            TypeId::of::<Created>,
            Some(Direction::Both),
        )],
        Vec::new(),
    );
    let operations = operations_of(&registry, Memory::new(), Tokens::default()).await;
    let channels = ["news", "orders"].map(|name| operations.0.table.channel(name).unwrap());
    let may = |principal: &Principal, channels: &[&table::Channel], authentication| {
        authorise::consumer(principal, channels, authentication).is_ok()
    };
    let (nobody, somebody) = (Principal::anonymous(), Principal::new("u", []));
    assert!(may(&nobody, &channels[..1], true));
    assert!(!may(&nobody, &channels, true));
    assert!(may(&nobody, &channels, false));
    assert!(may(&somebody, &channels, true));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_file_keeps_the_places_of_its_consumers_over_a_restart() {
    use crate::delivery::adapter::{Adapter, Sqlite};
    let folder = tempfile::tempdir().unwrap();
    let server = || async {
        let sqlite = Sqlite::open(folder.path().join("orders.db")).unwrap();
        let store = Adapter::cursor_store(&sqlite).unwrap();
        operations_storing(&registry(), sqlite, Tokens::default(), store).await
    };
    let first = server().await;
    let mut source = open(&first).await;
    note(&first, "abc").await;
    assert_eq!(
        read(&mut source, 3).await,
        ["pubsub:ready", "a", "b"],
        "a new name is no loss"
    );
    confirm(&mut source, 1);
    drop(source);
    first.0.stop(Duration::from_secs(5)).await.unwrap();
    drop(first);
    let second = server().await;
    note(&second, "d").await;
    let mut source = open(&second).await;
    assert_eq!(read(&mut source, 3).await, ["pubsub:ready", "c", "d"]);
}
