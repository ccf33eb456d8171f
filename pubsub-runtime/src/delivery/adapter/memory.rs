//! Logs in the memory of this process: the default, and the oracle of the adapters' tests.

mod ids;
mod log;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering as Atomic},
    },
    time::Duration,
};

use futures_util::stream;
use tokio::sync::Notify;
use uuid::Uuid;

use self::log::MemoryLog;
use super::{
    Adapter, Appended, Batch, Capabilities, ChannelSpec, Dedupe, Durability, Feed, FeedItem,
    Health, Locate, Located, LogId, Marks, NewEvent, Ordering, Page, ResetCause,
};
use crate::words::{
    clock::{Clock, IdSource, RandomIds, SystemClock},
    cursor::{Epoch, Seq},
    envelope::Timestamp,
    error::{Error, ErrorKind, Result},
};

/// Logs in the memory of this process.
///
/// Nothing survives a restart, and a client that comes back after one is told so: the epoch is random per value.
pub struct Memory {
    epoch: Epoch,
    clock: Arc<dyn Clock>,
    logs: RwLock<HashMap<LogId, Arc<LogCell>>>,
    closed: AtomicBool,
}

/// One log, and who waits for it.
struct LogCell {
    // A std mutex: it is held for a push, a trim or a page of clones, never across an await.
    log: Mutex<MemoryLog>,
    changed: Notify,
}

impl LogCell {
    fn lock(&self) -> MutexGuard<'_, MemoryLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Empty logs on the system's clock.
    pub fn new() -> Self {
        Self::with_sources(Arc::new(SystemClock), &RandomIds::default())
    }

    /// Empty logs whose retention follows `clock`, and whose epoch comes from `ids`.
    pub fn with_sources(clock: Arc<dyn Clock>, ids: &dyn IdSource) -> Self {
        Self {
            epoch: ids.random(),
            clock,
            logs: RwLock::default(),
            closed: AtomicBool::new(false),
        }
    }

    fn is_open(&self) -> Result<()> {
        if self.closed.load(Atomic::Acquire) {
            return Err(Error::new(
                ErrorKind::Unavailable,
                "the server is shutting down",
            ));
        }
        Ok(())
    }

    fn cell(&self, id: &LogId) -> Result<Arc<LogCell>> {
        self.is_open()?;
        let logs = self.logs.read().unwrap_or_else(PoisonError::into_inner);
        logs.get(id)
            .cloned()
            .ok_or_else(|| Error::internal(format!("log {id:?} was not opened")))
    }

    /// Runs `with` on a log whose expired entries have been trimmed.
    fn on_log<T>(&self, id: &LogId, with: impl FnOnce(&MemoryLog) -> T) -> Result<T> {
        let cell = self.cell(id)?;
        let mut log = cell.lock();
        log.trim(self.clock.now());
        Ok(with(&log))
    }

    fn append_now(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        let now = self.clock.now();
        // Locks are taken in one order everywhere, so that two batches over the same logs cannot wait for each other.
        let mut ids: Vec<&LogId> = batch.iter().map(|(log, _)| log).collect();
        ids.sort_unstable();
        ids.dedup();
        let place_of = |log: &LogId| ids.binary_search(&log);
        let places: Vec<_> = batch
            .iter()
            .filter_map(|(log, _)| place_of(log).ok())
            .collect();
        let cells = ids
            .iter()
            .map(|id| self.cell(id))
            .collect::<Result<Vec<_>>>()?;
        let mut guards: Vec<_> = cells.iter().map(|cell| cell.lock()).collect();
        let append = |((_, event), place): ((LogId, NewEvent), usize)| {
            Some(guards.get_mut(place)?.append(event, now))
        };
        let appended = batch.into_iter().zip(places).filter_map(append).collect();
        drop(guards);
        for cell in &cells {
            cell.changed.notify_waiters();
        }
        Ok(appended)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

impl Adapter for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            history: true,
            ordering: Ordering::PerLog,
            durability: Durability::None,
            contiguous_seq: true,
            links: true,
            dedupe: Dedupe::Retention,
            batch: Batch::Atomic,
            locate: Locate::Index,
            ..Capabilities::NONE
        }
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        self.is_open()?;
        let ids = spec.logs();
        let mut logs = self.logs.write().unwrap_or_else(PoisonError::into_inner);
        for id in &ids {
            let cell = logs.entry(id.clone()).or_insert_with(|| {
                Arc::new(LogCell {
                    log: Mutex::new(MemoryLog::new(self.epoch, &spec)),
                    changed: Notify::new(),
                })
            });
            cell.lock().set_limits(&spec);
        }
        Ok(ids)
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        self.append_now(batch)
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        let cell = self.cell(&log)?;
        let next = cell.lock().marks().head + 1;
        Ok(Box::pin(stream::unfold(
            (cell, next),
            |(cell, next)| async move {
                loop {
                    // Made before the look: an append between the look and the wait still wakes it.
                    let changed = cell.changed.notified();
                    let found = cell.lock().feed_from(next);
                    match found {
                        Found::Entry(entry) => {
                            return Some((
                                Ok(FeedItem::Entry(entry)),
                                (Arc::clone(&cell), next + 1),
                            ));
                        }
                        Found::Trimmed(head) => {
                            return Some((
                                Ok(FeedItem::Reset(ResetCause::Overflow)),
                                (Arc::clone(&cell), head + 1),
                            ));
                        }
                        Found::Nothing => changed.await,
                        Found::Closed => return None,
                    }
                }
            },
        )))
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        self.on_log(&log, |log| log.page(after, limit, max_bytes))
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        self.on_log(&log, MemoryLog::marks)
    }

    async fn locate(&self, log: LogId, id: Uuid) -> Result<Located> {
        self.on_log(&log, |log| log.locate(id))
    }

    async fn seek_time(&self, log: LogId, time: Timestamp) -> Result<Seq> {
        self.on_log(&log, |log| log.seek_time(time))
    }

    async fn health(&self) -> Health {
        let ready = !self.closed.load(Atomic::Acquire);
        Health {
            ready,
            detail: if ready {
                String::new()
            } else {
                "closed".to_owned()
            },
        }
    }

    async fn shutdown(&self, _deadline: Duration) -> Result<()> {
        self.closed.store(true, Atomic::Release);
        for cell in self
            .logs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            cell.lock().close();
            cell.changed.notify_waiters();
        }
        Ok(())
    }
}

/// What a feed finds at its place.
enum Found {
    Entry(super::Entry),
    /// Retention was faster than the feed; the log's head is given.
    Trimmed(Seq),
    Nothing,
    Closed,
}

#[cfg(test)]
mod tests;
