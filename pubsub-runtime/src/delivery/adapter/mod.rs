//! The binding to an engine that keeps ordered logs: pull primitives, and what they promise.

#[cfg(feature = "testing")]
pub mod contract;
mod dynamic;
mod memory;
mod pubsub;
#[cfg(feature = "sqlite")]
mod sqlite;
mod types;

pub use crate::words::cursor::{Anchor, Epoch, Seq, anchor};
pub use dynamic::DynAdapter;
pub use memory::Memory;
pub use pubsub::{Delivery, Handling, PubSubAdapter};
/// SQLite as the adapter uses it, for connections and rows of the application's own.
#[cfg(feature = "sqlite")]
pub use rusqlite;
#[cfg(feature = "sqlite")]
pub use sqlite::{Prepared, Sqlite, SqliteOptions, SqliteTx, Synchronous};
pub use types::{
    Appended, Batch, Capabilities, ChannelSpec, Dedupe, Durability, Entry, Feed, FeedItem, Health,
    Locate, Located, LogId, Marks, NewEvent, Ordering, Page, ResetCause,
};

use std::{future::Future, sync::Arc, time::Duration};

use uuid::Uuid;

use crate::{
    services::cursor_store::CursorStore,
    words::{
        envelope::Timestamp,
        error::{Error, ErrorKind, Result},
    },
};

/// The binding to an engine that keeps ordered logs.
///
/// An adapter stores and numbers entries and tells when there are new ones. Resume, gaps, retention towards clients, lag,
/// tokens and rings are written once above it, on these primitives; positions are never errors, so an adapter cannot get them
/// wrong. [`Capabilities`] say which of the promises below an engine keeps.
///
/// * **Order.** Entries of one batch that go to one log keep their order; with [`Ordering::PerLog`] every reader of a log sees
///   one order, that of `seq`, which rises by 1 where `contiguous_seq` holds.
/// * **Acknowledgement.** An `append` that answered `Ok` is stored as `durability` says, and every later `read` has it.
/// * **Concurrency.** Every method may be called at any time from any task; none waits for a reader.
/// * **Cancellation.** A dropped `append` has happened or not, for each entry; every other method may be dropped freely.
/// * **Errors.** [`ErrorKind::Unavailable`]: nothing was written, try again later. [`ErrorKind::GatewayTimeout`]: perhaps
///   written; try again with the same event ids only. [`ErrorKind::StorageFull`]: nothing was written; an operator makes room.
///   [`ErrorKind::Corrupt`]: what is stored contradicts itself; nothing of it is served. [`ErrorKind::PayloadTooLarge`]: never.
///   [`ErrorKind::NotImplemented`]: the capability is off.
pub trait Adapter: Send + Sync + 'static {
    /// The engine's name, such as `memory`, for logs and health.
    fn name(&self) -> &'static str;

    /// What it promises; constant for the life of the value.
    fn capabilities(&self) -> Capabilities;

    /// Where it keeps the places of consumers that cannot send a cursor themselves, if it can: beside the events, as durable as they
    /// are. Asked once.
    fn cursor_store(&self) -> Option<Arc<dyn CursorStore>> {
        None
    }

    /// Creates or checks what a channel needs, and names its logs. Idempotent.
    fn open(&self, spec: ChannelSpec) -> impl Future<Output = Result<Vec<LogId>>> + Send;

    /// Appends events, in this order; atomic where [`Capabilities::batch`] says so. An event whose id the log knows already is
    /// answered with the first one's place and `duplicate`, and is not stored again.
    fn append(
        &self,
        batch: Vec<(LogId, NewEvent)>,
    ) -> impl Future<Output = Result<Vec<Appended>>> + Send;

    /// Opens the live feed of a log; resolves once the engine has confirmed, so that every later append is in the feed, or the
    /// feed says `Reset`.
    fn feed(&self, log: LogId) -> impl Future<Output = Result<Feed>> + Send;

    /// Reads entries with `seq` greater than `after`, at most `limit` of them and about `max_bytes` of bodies, but at least one
    /// if there is one. The page's marks are read after its entries.
    fn read(
        &self,
        log: LogId,
        after: Seq,
        limit: usize,
        max_bytes: usize,
    ) -> impl Future<Output = Result<Page>> + Send {
        async move {
            drop((log, after, limit, max_bytes));
            Err(unsupported("history"))
        }
    }

    /// Where a log begins and ends.
    fn marks(&self, log: LogId) -> impl Future<Output = Result<Marks>> + Send;

    /// Finds the entry with an event id: exact, never a guess.
    fn locate(&self, log: LogId, id: Uuid) -> impl Future<Output = Result<Located>> + Send {
        async move {
            drop((log, id));
            Err(unsupported("locate"))
        }
    }

    /// The `seq` before the first entry at or after `time`; the head if there is none.
    fn seek_time(&self, log: LogId, time: Timestamp) -> impl Future<Output = Result<Seq>> + Send {
        async move {
            drop((log, time));
            Err(unsupported("seek by time"))
        }
    }

    /// Whether the engine can be used now.
    fn health(&self) -> impl Future<Output = Health> + Send;

    /// Ends feeds, finishes appends under way, and returns within `deadline`; later calls are `Unavailable`.
    fn shutdown(&self, deadline: Duration) -> impl Future<Output = Result<()>> + Send;
}

fn unsupported(what: &'static str) -> Error {
    Error::new(
        ErrorKind::NotImplemented,
        format!("this adapter has no {what}"),
    )
}
