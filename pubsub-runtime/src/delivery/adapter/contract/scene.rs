//! What the behaviours are written with: a log on a fresh channel, events, checked pages, and time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering as Atomic},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;

use super::{
    super::{
        Appended, Capabilities, ChannelSpec, DynAdapter, Entry, LogId, Marks, NewEvent, Page, Seq,
        anchor,
    },
    fixture::DynFixture,
    follower::Follower,
};
use crate::words::{
    clock::{Clock, IdSource as _, RandomIds, SystemClock},
    envelope::Timestamp,
};

/// Longer than any healthy engine takes for one step; after this, what was promised did not happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Long enough for an inner poll or two; what has not come by then is not on its way.
pub(super) const SHORT: Duration = Duration::from_millis(150);
/// Bytes of one page, where bytes do not matter.
pub(super) const ROOM: usize = 1 << 30;

/// A number that no other use of the contract has, in this process or another.
pub(super) fn fresh() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    RandomIds::default().random() ^ COUNT.fetch_add(1, Atomic::Relaxed)
}

/// Makes events: ids that rise, on the clock of the fixture.
#[derive(Clone)]
pub(super) struct Maker {
    ids: Arc<RandomIds>,
    clock: Arc<dyn Clock>,
    count: Arc<AtomicU64>,
}

impl Maker {
    pub(super) fn new(fixture: &dyn DynFixture) -> Self {
        let clock: Arc<dyn Clock> = match fixture.clock() {
            Some(clock) => Arc::new(clock),
            None => Arc::new(SystemClock),
        };
        Self {
            ids: Arc::new(RandomIds::default()),
            clock,
            count: Arc::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn event(&self) -> NewEvent {
        let number = self.count.fetch_add(1, Atomic::Relaxed);
        self.event_of(format!("{{\"number\":{number}}}"))
    }

    pub(super) fn event_of(&self, body: impl Into<Bytes>) -> NewEvent {
        let time = self.clock.now();
        NewEvent {
            id: self.ids.event_id(time),
            name: "contract:kept".into(),
            time,
            key: None,
            body: body.into(),
        }
    }

    pub(super) fn events(&self, count: usize) -> Vec<NewEvent> {
        (0..count).map(|_| self.event()).collect()
    }
}

/// A channel that keeps everything for an hour.
pub(super) fn roomy() -> ChannelSpec {
    let hour = Duration::from_hours(1);
    ChannelSpec::new(format!("contract-{:x}", fresh()), hour, 1 << 30, 1 << 40)
}

/// One log, through one handle. Clones go to other tasks.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) node: Arc<dyn DynAdapter>,
    pub(super) id: LogId,
    pub(super) spec: ChannelSpec,
    pub(super) maker: Maker,
    pub(super) can: Capabilities,
}

/// Opens a fresh channel that keeps everything for an hour, on a fresh handle.
pub(super) async fn open(fixture: &dyn DynFixture) -> Result<Log> {
    open_as(fixture, roomy()).await
}

/// Opens this channel on a fresh handle.
pub(super) async fn open_as(fixture: &dyn DynFixture, spec: ChannelSpec) -> Result<Log> {
    open_on(connect(fixture).await?, Maker::new(fixture), spec).await
}

async fn open_on(node: Arc<dyn DynAdapter>, maker: Maker, spec: ChannelSpec) -> Result<Log> {
    let opened = node.open(spec.clone()).await.context("open failed")?;
    ensure!(
        opened == spec.logs(),
        "`open` names the logs that carry the channel, in order: expected {:?}, got {opened:?}",
        spec.logs()
    );
    let id = opened.into_iter().next().context("`open` named no log")?;
    Ok(Log {
        can: node.capabilities(),
        node,
        id,
        spec,
        maker,
    })
}

pub(super) async fn connect(fixture: &dyn DynFixture) -> Result<Arc<dyn DynAdapter>> {
    fixture
        .connect()
        .await
        .context("the fixture's `connect` failed")
}

/// Lets time pass on the engine's clock.
pub(super) async fn pass(fixture: &dyn DynFixture, time: Duration) {
    match fixture.clock() {
        Some(clock) => clock.advance(time),
        None => tokio::time::sleep(time).await,
    }
}

impl Log {
    /// The same log through another handle, opened there as every server does.
    pub(super) async fn elsewhere(&self, fixture: &dyn DynFixture) -> Result<Self> {
        let node = connect(fixture).await?;
        let opened = node.open(self.spec.clone()).await;
        opened.context("`open` through a second handle failed")?;
        Ok(Self {
            node,
            ..self.clone()
        })
    }

    /// The log of another channel, through the same handle.
    pub(super) async fn beside(&self) -> Result<Self> {
        open_on(self.node.clone(), self.maker.clone(), roomy()).await
    }

    pub(super) async fn append(&self, event: NewEvent) -> Result<Appended> {
        let appended = self.append_all(vec![event]).await?;
        appended
            .into_iter()
            .next()
            .context("`append` of one event answered nothing")
    }

    pub(super) async fn append_new(&self) -> Result<Appended> {
        self.append(self.maker.event()).await
    }

    pub(super) async fn append_all(&self, events: Vec<NewEvent>) -> Result<Vec<Appended>> {
        let count = events.len();
        let batch = events
            .into_iter()
            .map(|event| (self.id.clone(), event))
            .collect();
        let appended = self.node.append(batch).await.context("append failed")?;
        ensure!(
            appended.len() == count,
            "`append` answers once per event: {count} events, {} answers",
            appended.len()
        );
        Ok(appended)
    }

    pub(super) async fn marks(&self) -> Result<Marks> {
        let marks = self.node.marks(self.id.clone());
        marks.await.context("marks failed")
    }

    /// A page, checked by [`check_page`].
    pub(super) async fn read(&self, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        let page = self
            .node
            .read(self.id.clone(), after, limit, max_bytes)
            .await
            .context("read failed")?;
        check_page(&self.can, after, limit, &page)
            .with_context(|| format!("the page of {limit} entries after {after}"))?;
        Ok(page)
    }

    /// All that is retained.
    pub(super) async fn all(&self) -> Result<Vec<Entry>> {
        self.all_by(1_000).await
    }

    /// All that is retained, in pages of `limit`.
    pub(super) async fn all_by(&self, limit: usize) -> Result<Vec<Entry>> {
        let (mut entries, mut after) = (Vec::new(), 0);
        loop {
            let page = self.read(after, limit, ROOM).await?;
            let Some(last) = page.entries.last() else {
                return Ok(entries);
            };
            after = last.seq;
            entries.extend(page.entries);
        }
    }

    pub(super) async fn follow(&self) -> Result<Follower> {
        Follower::new(self.clone()).await
    }
}

/// What holds for each page, also while others append and trim.
fn check_page(can: &Capabilities, after: Seq, limit: usize, page: &Page) -> Result<()> {
    let marks = &page.marks;
    ensure!(
        page.entries.len() <= limit,
        "has {} entries",
        page.entries.len()
    );
    let mut previous: Option<&Entry> = None;
    for entry in &page.entries {
        let seq = entry.seq;
        ensure!(
            entry.anchor == anchor(entry.id),
            "entry {seq} has anchor {:08x}; that of its id {} is {:08x}",
            entry.anchor,
            entry.id,
            anchor(entry.id)
        );
        ensure!(
            seq > previous.map_or(after, |entry| entry.seq),
            "entry {seq} does not rise above its predecessor"
        );
        if let Some(previous) = previous {
            ensure!(
                !can.contiguous_seq || seq == previous.seq + 1,
                "entry {seq} follows {}: a hole inside a page",
                previous.seq
            );
            ensure!(
                !can.links || entry.link == Some(previous.anchor),
                "entry {seq} links {:x?}; its predecessor's anchor is {:08x}",
                entry.link,
                previous.anchor
            );
            ensure!(
                entry.time >= previous.time,
                "entry {seq} was stored at {}, before its predecessor's {}",
                entry.time,
                previous.time
            );
        } else if can.contiguous_seq && seq > after + 1 {
            ensure!(
                marks.trimmed_through >= seq - 1,
                "begins with {seq}, and its marks say that only what is up to {} was trimmed: a silent hole",
                marks.trimmed_through
            );
        }
        ensure!(
            seq <= marks.head,
            "has entry {seq}, and its marks say that the head is {}",
            marks.head
        );
        previous = Some(entry);
    }
    if let Some(last) = previous.filter(|last| can.links && last.seq == marks.head) {
        ensure!(
            marks.head_anchor == Some(last.anchor),
            "its marks say that the head's anchor is {:x?}; it is {:08x}",
            marks.head_anchor,
            last.anchor
        );
    }
    ensure!(
        marks.trimmed_through <= marks.head,
        "its marks say that {} was trimmed, above the head {}",
        marks.trimmed_through,
        marks.head
    );
    Ok(())
}

/// Waits until `holds`, at most [`PATIENCE`].
pub(super) async fn eventually<F>(what: &str, mut holds: impl FnMut() -> F) -> Result<()>
where
    F: Future<Output = Result<bool>>,
{
    let wait = async {
        while !holds().await? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, wait)
        .await
        .with_context(|| format!("within {PATIENCE:?} it did not come to pass that {what}"))?
}

/// Counts how many heads a reader has seen, so that a writer does not finish before it was watched.
#[derive(Clone, Default)]
pub(super) struct Looks {
    head: Arc<AtomicU64>,
    changes: Arc<AtomicU64>,
}

impl Looks {
    /// Notes what a reader saw.
    pub(super) fn note(&self, head: Seq) {
        if self.head.swap(head, Atomic::Relaxed) != head {
            self.changes.fetch_add(1, Atomic::Relaxed);
        }
    }

    /// Appends batches of `count` events until a reader has seen 100 heads.
    pub(super) async fn write(&self, log: &Log, count: usize) -> Result<()> {
        for _ in 0..100_000 {
            if self.changes.load(Atomic::Relaxed) >= 100 {
                break;
            }
            log.append_all(log.maker.events(count)).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
