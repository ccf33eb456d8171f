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
        framing::Slot,
        hub::Hub,
        subscription::Start,
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
    let adapter = Arc::new(Failing {
        memory: Memory::new(),
        damaged: AtomicU64::new(3),
        kind,
    });
    let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100, 1 << 20);
    let id = Adapter::open(&*adapter, spec).await.unwrap().remove(0);
    for number in 1..=5_u128 {
        let event = NewEvent {
            id: Uuid::from_u128(number),
            name: "orders:created".into(),
            time: Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(number.to_string()),
        };
        let batch = vec![(id.clone(), event)];
        Adapter::append(&*adapter, batch).await.unwrap();
    }
    let ids: Arc<dyn IdSource> = Arc::new(RandomIds::default());
    let hub = Hub::new(adapter as Arc<dyn DynAdapter>, Arc::clone(&ids));
    let attached = hub.attach_all([&id]).await.unwrap();
    let reading = vec![(Arc::clone(&*attached[0]), Start::Earliest, 10_000)];
    let parts = LiveParts {
        heartbeat_interval: Duration::from_secs(10),
        refresh_interval: Duration::from_secs(10),
        closing: Closing::new(Duration::ZERO, Arc::clone(&ids)),
        with_system: false,
        snapshots: Box::new(|_| Box::pin(std::future::pending())),
        clock: Arc::new(SystemClock),
        ids,
    };
    Live::new(Subscription::new(reading), attached, parts)
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
    assert_eq!(frames, ["1", "2"]);
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
        let mut out = Vec::new();
        let step = poll_fn(|cx| live.poll_frames(cx, &Bodies, 1 << 20, &mut out));
        let step = tokio::time::timeout(Duration::from_secs(11), step).await;
        assert!(matches!(step, Ok(Pulled::Frames)), "{step:?}");
        assert_eq!(out, ["ping"]);
    }
}
