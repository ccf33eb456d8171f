//! The values that go in and out of an adapter.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use uuid::Uuid;

use crate::words::{
    cursor::{Anchor, Epoch, Seq},
    envelope::{Hidden, Timestamp},
    error::Result,
};

/// One log: the unit of order. A channel, or one shard of a partitioned one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogId {
    /// The tenant, on channels that keep tenants apart.
    pub tenant: Option<Arc<str>>,
    /// The channel.
    pub channel: Arc<str>,
    /// The shard, from 0.
    pub shard: u16,
}

/// What an adapter is asked to keep for a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelSpec {
    /// The tenant, on channels that keep tenants apart.
    pub tenant: Option<Arc<str>>,
    /// The channel.
    pub channel: Arc<str>,
    /// How many logs carry it; at least 1.
    pub partitions: u16,
    /// How long an entry stays.
    pub retention: Duration,
    /// How many entries stay in each log.
    pub max_events: u64,
    /// How many bytes of bodies stay in each log.
    pub max_bytes: u64,
}

impl ChannelSpec {
    /// A channel carried by one log.
    pub fn new(
        channel: impl Into<Arc<str>>,
        retention: Duration,
        max_events: u64,
        max_bytes: u64,
    ) -> Self {
        Self {
            tenant: None,
            channel: channel.into(),
            partitions: 1,
            retention,
            max_events,
            max_bytes,
        }
    }

    /// The logs that carry it.
    pub fn logs(&self) -> Vec<LogId> {
        let log = |shard| LogId {
            tenant: self.tenant.clone(),
            channel: Arc::clone(&self.channel),
            shard,
        };
        (0..self.partitions.max(1)).map(log).collect()
    }
}

/// An event about to be appended.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The event's id: the engine's key for telling a repeated append.
    pub id: Uuid,
    /// The event's name.
    pub name: Arc<str>,
    /// The envelope's timestamp.
    pub time: Timestamp,
    /// The key that decided its log.
    pub key: Option<Arc<str>>,
    /// The envelope as JSON; stored and returned byte for byte.
    pub body: Bytes,
}

/// An event in its log.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// The event's id.
    pub id: Uuid,
    /// The event's name.
    pub name: Arc<str>,
    /// When it was stored, by the store's clock; never before its predecessor.
    pub time: Timestamp,
    /// Its anchor.
    pub anchor: Anchor,
    /// The anchor of its predecessor, 0 for the first; `None` where the engine cannot know it.
    pub link: Option<Anchor>,
    /// The envelope as JSON.
    pub body: Bytes,
}

impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEvent")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("time", &self.time)
            .field("key", &self.key)
            .field("body", &Hidden)
            .finish()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("seq", &self.seq)
            .field("id", &self.id)
            .field("name", &self.name)
            .field("time", &self.time)
            .field("anchor", &self.anchor)
            .field("link", &self.link)
            .field("body", &Hidden)
            .finish()
    }
}

/// Where a log begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// The number of the log's life.
    pub epoch: Epoch,
    /// The seq of the newest entry; 0 if there never was one.
    pub head: Seq,
    /// The anchor of the newest entry; 0 if there never was one, `None` where the engine cannot know it.
    pub head_anchor: Option<Anchor>,
    /// The seq of the newest entry that retention has removed; 0 if none was.
    pub trimmed_through: Seq,
}

/// Entries in order, and marks read after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, by rising seq.
    pub entries: Vec<Entry>,
    /// Where the log begins and ends, read after the entries: a trim that raced with the read is seen.
    pub marks: Marks,
}

/// Where an event id stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located {
    /// In the log, here.
    At(Seq),
    /// It was here, and retention has removed it.
    Trimmed(Seq),
    /// Not known.
    Unknown,
}

/// What became of an appended event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The epoch of its log.
    pub epoch: Epoch,
    /// Its number.
    pub seq: Seq,
    /// Its anchor.
    pub anchor: Anchor,
    /// Whether it was there before.
    pub duplicate: bool,
}

/// One item of a live feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedItem {
    /// A new entry.
    Entry(Entry),
    /// There is an entry with this seq; read it.
    Hint(Seq),
    /// Something may have been missed; ask for the marks.
    Reset(ResetCause),
}

/// Why a feed may have missed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetCause {
    /// The connection was lost and made again.
    Reconnected,
    /// The feed was not polled fast enough.
    Overflow,
    /// The log was recreated.
    Epoch,
    /// A probe found the subscription dead.
    Probe,
}

/// The live feed of a log. It outlives the network, and ends after shutdown or one permanent error.
///
/// Entries do not say which life of the log they are of: a feed that tells entries says [`FeedItem::Reset`], or ends, before the first
/// one of another life.
pub type Feed = BoxStream<'static, Result<FeedItem>>;

/// What an adapter promises.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a promise of its own, declared and tested by its name"
)]
pub struct Capabilities {
    /// `read` works.
    pub history: bool,
    /// What order readers see.
    pub ordering: Ordering,
    /// What an acknowledged append survives.
    pub durability: Durability,
    /// `seq` rises by exactly 1.
    pub contiguous_seq: bool,
    /// Entries carry the anchor of their predecessor.
    pub links: bool,
    /// How long a repeated append is told.
    pub dedupe: Dedupe,
    /// Whether a batch is one transaction.
    pub batch: Batch,
    /// How `locate` finds an id.
    pub locate: Locate,
    /// Whether an append can share a transaction with the application's own rows.
    pub transactional: bool,
    /// Whether several servers share the logs.
    pub cross_node: bool,
    /// Whether logs are there after a restart.
    pub survives_restart: bool,
    /// The largest body, in bytes; `None` if the engine sets no limit.
    pub max_event_bytes: Option<usize>,
}

impl Capabilities {
    /// Nothing promised: the start for an adapter's own list.
    pub const NONE: Self = Self {
        history: false,
        ordering: Ordering::None,
        durability: Durability::None,
        contiguous_seq: false,
        links: false,
        dedupe: Dedupe::No,
        batch: Batch::PerEvent,
        locate: Locate::No,
        transactional: false,
        cross_node: false,
        survives_restart: false,
        max_event_bytes: None,
    };
}

/// What order readers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordering {
    /// Any.
    None,
    /// Each publisher's own.
    PerPublisher,
    /// One for the whole log.
    PerLog,
}

/// What an acknowledged append survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Not even the end of the process.
    None,
    /// `kill -9` of the process or engine.
    ProcessCrash,
    /// The loss of power.
    PowerLoss,
    /// The loss of a machine.
    NodeLoss,
}

/// How long a repeated append is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dedupe {
    /// Never.
    No,
    /// For a window of the engine.
    Window,
    /// As long as the entry is retained.
    Retention,
}

/// Whether a batch is one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// All or nothing.
    Atomic,
    /// One after the other; the first failure stops it, and what was appended stays.
    PerEvent,
}

/// How `locate` finds an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locate {
    /// It cannot.
    No,
    /// By the id's time and a bounded scan.
    TimeScan,
    /// By an index.
    Index,
}

/// Whether an engine can be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether appends and reads work.
    pub ready: bool,
    /// What an operator should know; never sent to clients.
    pub detail: String,
}
