use std::{
    future::poll_fn,
    sync::atomic::{AtomicU64, Ordering},
};

use uuid::Uuid;

use super::*;
use crate::{
    delivery::{
        adapter::{
            Adapter, Appended, Capabilities, ChannelSpec, DynAdapter, Feed, Health, LogId, Marks,
            Memory, NewEvent, Page, Seq,
        },
        filter::Filter,
        framing::Slot,
        hub::Hub,
        payload::{PayloadFields, Scalar},
        subscription::{Reading, Start},
    },
    words::clock::{RandomIds, SystemClock},
};

/// A memory adapter that cannot read what holds one entry, with this error or for ever.
struct Failing {
    memory: Memory,
    damaged: AtomicU64,
    kind: Option<ErrorKind>,
}

impl Adapter for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }

    fn capabilities(&self) -> Capabilities {
        Adapter::capabilities(&self.memory)
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        Adapter::open(&self.memory, spec).await
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        Adapter::append(&self.memory, batch).await
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        Adapter::feed(&self.memory, log).await
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        let damaged = self.damaged.load(Ordering::SeqCst);
        if damaged > after && damaged - after <= limit as u64 {
            return match self.kind {
                Some(kind) => Err(Error::new(kind, "damaged")),
                None => std::future::pending().await,
            };
        }
        Adapter::read(&self.memory, log, after, limit, max_bytes).await
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        Adapter::marks(&self.memory, log).await
    }

    async fn health(&self) -> Health {
        Adapter::health(&self.memory).await
    }

    async fn shutdown(&self, deadline: Duration) -> Result<()> {
        Adapter::shutdown(&self.memory, deadline).await
    }
}

/// Frames that are bodies.
struct Bodies;

impl Framing for Bodies {
    fn slot(&self) -> Slot {
        Slot::RawSse
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.extend_from_slice(event.body);
    }

    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut) {
        out.extend_from_slice(token.unwrap_or("ping").as_bytes());
    }
}

/// A subscription from the earliest of 5 entries, the third of which cannot be read.
async fn earliest(kind: Option<ErrorKind>) -> Live {
    let adapter = Failing {
        memory: Memory::new(),
        damaged: AtomicU64::new(3),
        kind,
    };
    open(adapter, 5, Start::Earliest, 10_000).await.live
}

/// A log with a subscription.
struct World {
    live: Live,
    adapter: Arc<Failing>,
    id: LogId,
    closing: Closing,
}

async fn append(adapter: &Failing, id: &LogId, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        let event = NewEvent {
            id: Uuid::from_u128(number.into()),
            name: "orders:created".into(),
            time: Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(format!("{{\"payload\":{{\"n\":{number}}}}}")),
        };
        let batch = vec![(id.clone(), event)];
        Adapter::append(adapter, batch).await.unwrap();
    }
}

/// A subscription to a log of so many entries.
async fn open(adapter: Failing, entries: u64, start: Start, reading: impl Into<Reading>) -> World {
    let adapter = Arc::new(adapter);
    let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100_000, 1 << 30);
    let id = Adapter::open(&*adapter, spec).await.unwrap().remove(0);
    append(&adapter, &id, 1..=entries).await;
    let ids: Arc<dyn IdSource> = Arc::new(RandomIds::default());
    let hub = Hub::new(
        Arc::clone(&adapter) as Arc<dyn DynAdapter>,
        Arc::clone(&ids),
    );
    let attached = hub.attach_all([&id]).await.unwrap();
    let reading = vec![(Arc::clone(&*attached[0]), start, reading)];
    let closing = Closing::new(Duration::ZERO, Arc::clone(&ids));
    let parts = LiveParts {
        heartbeat_interval: Duration::from_secs(10),
        refresh_interval: Duration::from_hours(1),
        closing: closing.clone(),
        with_system: false,
        snapshots: Box::new(|_| Box::pin(std::future::pending())),
        clock: Arc::new(SystemClock),
        ids,
    };
    World {
        live: Live::new(Subscription::new(reading), attached, parts),
        adapter,
        id,
        closing,
    }
}

fn sound() -> Failing {
    Failing {
        memory: Memory::new(),
        damaged: AtomicU64::new(0),
        kind: None,
    }
}

/// The next frames, within this time.
async fn frames(live: &mut Live, within: Duration) -> Option<Vec<Bytes>> {
    let mut out = Vec::new();
    let step = poll_fn(|cx| live.poll_frames(cx, &Bodies, 1 << 20, &mut out));
    let step = tokio::time::timeout(within, step).await.ok()?;
    assert!(matches!(step, Pulled::Frames), "{step:?}");
    Some(out)
}

/// What it gives, and its end.
async fn read_with(kind: ErrorKind) -> (Vec<Bytes>, End) {
    let mut live = earliest(Some(kind)).await;
    let mut out = Vec::new();
    loop {
        let step = poll_fn(|cx| live.poll_frames(cx, &Bodies, 1 << 20, &mut out)).await;
        if let Pulled::End(end) = step {
            return (out, end);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_is_told_what_no_return_mends_and_gets_all_that_lies_before() {
    let (frames, end) = read_with(ErrorKind::Corrupt).await;
    assert_eq!(frames.len(), 2);
    assert!(
        matches!(&end, End::Failed(error) if error.kind() == ErrorKind::Corrupt),
        "{end:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_comes_back_after_a_failure_that_passes() {
    let (frames, end) = read_with(ErrorKind::Unavailable).await;
    assert!(frames.is_empty());
    assert!(matches!(end, End::Closed), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_waits_for_storage_or_a_snapshot_is_pinged_without_a_place() {
    let mut live = earliest(None).await;
    for _ in 0..3 {
        let pinged = frames(&mut live, Duration::from_secs(11)).await;
        assert_eq!(pinged.unwrap(), ["ping"]);
    }
}

#[tokio::test(start_paused = true)]
async fn passing_over_many_entries_gives_others_their_turn_and_goes_on() {
    let fields = PayloadFields::new(["n"], []);
    let wanted = ("n".to_owned(), vec![Scalar::Integer(5_000)]);
    let reading = Reading {
        filter: Filter::new(&fields, &[wanted]),
        fields: Arc::new(fields),
        ..Reading::from(10_000)
    };
    let mut world = open(sound(), 0, Start::Now, reading).await;
    append(&world.adapter, &world.id, 1..=5_000).await;
    while world.live.attached[0].ring().head().1 < 5_000 {
        tokio::task::yield_now().await;
    }
    let (mut turns, mut out) = (0, Vec::new());
    let step = poll_fn(|cx| {
        turns += 1;
        world.live.poll_frames(cx, &Bodies, 1 << 20, &mut out)
    });
    let step = tokio::time::timeout(Duration::from_secs(1), step).await;
    assert!(matches!(step, Ok(Pulled::Frames)), "{step:?}");
    assert_eq!((turns, out.len()), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn only_a_whole_interval_without_a_frame_is_pinged() {
    let mut world = open(sound(), 0, Start::Now, 10_000).await;
    assert_eq!(frames(&mut world.live, Duration::from_secs(5)).await, None);
    append(&world.adapter, &world.id, 1..=1).await;
    let second = Duration::from_secs(1);
    assert_eq!(
        frames(&mut world.live, second).await.map(|out| out.len()),
        Some(1)
    );
    assert_eq!(frames(&mut world.live, Duration::from_secs(13)).await, None);
    let pinged = frames(&mut world.live, Duration::from_secs(3)).await;
    assert!(pinged.unwrap()[0].starts_with(b"c1."));
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_ends_with_its_server() {
    let mut world = open(sound(), 0, Start::Now, 10_000).await;
    let closing = world.closing.clone();
    let mut out = Vec::new();
    let ended = poll_fn(|cx| world.live.poll_frames(cx, &Bodies, 1 << 20, &mut out));
    let (ended, ()) = tokio::join!(ended, async { closing.begin() });
    assert!(matches!(ended, Pulled::End(End::Closed)), "{ended:?}");
}
