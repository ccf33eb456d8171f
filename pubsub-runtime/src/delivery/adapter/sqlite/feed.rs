//! Live feeds: what the writer committed is handed on, and what other processes committed is found by looking.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering as Atomic},
    },
    thread,
    time::Duration,
};

use futures_util::stream;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::{
    super::{Entry, Feed, FeedItem, Marks, ResetCause},
    error::{closed, unavailable},
    file::File,
    rows::LogRow,
};
use crate::words::{
    cursor::{Epoch, Seq},
    error::Result,
};

/// How often the file is asked whether another process has written.
const LOOK: Duration = Duration::from_millis(50);
/// What a feed that is not polled holds at most.
const MAX_ITEMS: usize = 512;
const MAX_BYTES: usize = 1 << 20;

/// The feeds of this process.
pub(super) struct Feeds {
    file: Arc<File>,
    cells: RwLock<HashMap<i64, Vec<Arc<Cell>>>>,
    looking: Mutex<Looking>,
    wake: Condvar,
    closed: AtomicBool,
}

/// The thread that looks.
#[derive(Debug, Default)]
struct Looking {
    running: bool,
    /// A feed was opened since the last look.
    fresh: bool,
}

/// One feed: what is to be taken from it.
struct Cell {
    // A std mutex: it is held to push or pop an item, never across an await.
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<FeedItem>,
    bytes: usize,
    /// The log's head is not known yet; `announced` is what came meanwhile.
    opening: bool,
    /// The newest entry that was put into the queue or was there before the feed.
    announced: Seq,
    epoch: Epoch,
    closed: bool,
}

impl State {
    fn push(&mut self, item: FeedItem) {
        let bytes = match &item {
            FeedItem::Entry(entry) => entry.body.len(),
            FeedItem::Hint(_) | FeedItem::Reset(_) => 0,
        };
        if self.queue.len() >= MAX_ITEMS || self.bytes.saturating_add(bytes) > MAX_BYTES {
            self.queue.clear();
            self.bytes = 0;
            self.queue.push_back(FeedItem::Reset(ResetCause::Overflow));
            return;
        }
        self.bytes += bytes;
        self.queue.push_back(item);
    }

    fn pop(&mut self) -> Option<FeedItem> {
        let item = self.queue.pop_front()?;
        if let FeedItem::Entry(entry) = &item {
            self.bytes = self.bytes.saturating_sub(entry.body.len());
        }
        Some(item)
    }

    /// Notes that the log's head is `head`; `entries` are the newest, if they are at hand.
    fn advance(&mut self, head: Seq, entries: &[Entry]) -> bool {
        if head <= self.announced {
            return false;
        }
        let new = entries
            .iter()
            .position(|entry| entry.seq == self.announced + 1)
            .and_then(|first| entries.get(first..));
        match new {
            _ if self.opening => {}
            Some(new) if new.last().is_some_and(|last| last.seq == head) => {
                for entry in new {
                    self.push(FeedItem::Entry(entry.clone()));
                }
            }
            _ => self.push(FeedItem::Hint(head)),
        }
        self.announced = head;
        true
    }
}

impl Cell {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feeds {
    pub(super) fn new(file: Arc<File>) -> Arc<Self> {
        Arc::new(Self {
            file,
            cells: RwLock::default(),
            looking: Mutex::default(),
            wake: Condvar::new(),
            closed: AtomicBool::new(false),
        })
    }

    /// Whether somebody follows a log.
    pub(super) fn wants(&self, log: i64) -> bool {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        cells.contains_key(&log)
    }

    /// Tells the feeds of a log what was committed after the entry `before`.
    pub(super) fn announce(&self, log: i64, before: Seq, row: &LogRow, entries: &[Entry]) {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        for cell in cells.get(&log).into_iter().flatten() {
            let mut state = cell.lock();
            let began = !state.opening && state.begin_life(row.epoch, before);
            if state.advance(row.head, entries) || began {
                cell.changed.notify_one();
            }
        }
    }

    /// Notes a feed before the log's head is asked for, so that nothing is missed between.
    pub(super) fn begin(self: &Arc<Self>, log: i64) -> Result<Opening> {
        let cell = Arc::new(Cell {
            state: Mutex::new(State {
                opening: true,
                ..State::default()
            }),
            changed: Notify::new(),
        });
        let mut cells = self.cells.write().unwrap_or_else(PoisonError::into_inner);
        // Asked under the lock that `close` takes after it said so.
        if self.closed.load(Atomic::Acquire) {
            return Err(closed());
        }
        cells.entry(log).or_default().push(Arc::clone(&cell));
        drop(cells);
        let opening = Opening(Follower {
            feeds: Arc::clone(self),
            log,
            cell,
        });
        self.look()?;
        Ok(opening)
    }

    /// Starts the thread that looks, if it does not run.
    fn look(self: &Arc<Self>) -> Result<()> {
        let mut looking = self.looking();
        looking.fresh = true;
        if !looking.running {
            let feeds = Arc::clone(self);
            thread::Builder::new()
                .name("pubsub-sqlite-feed".to_owned())
                .spawn(move || feeds.keep_looking())
                .map_err(|error| unavailable(error.to_string()))?;
            looking.running = true;
        }
        Ok(())
    }

    fn looking(&self) -> MutexGuard<'_, Looking> {
        self.looking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_looking(&self) {
        let mut seen = None;
        loop {
            let (mut looking, _) = self
                .wake
                .wait_timeout(self.looking(), LOOK)
                .unwrap_or_else(PoisonError::into_inner);
            let fresh = std::mem::take(&mut looking.fresh);
            let idle = self
                .cells
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty();
            if self.closed.load(Atomic::Acquire) || (idle && !fresh) {
                looking.running = false;
                return;
            }
            drop(looking);
            if let Err(error) = self.look_once(&mut seen, fresh) {
                tracing::debug!(error = ?error, "the event file cannot be looked at; feeds wait for the next comparison");
                seen = None;
            }
        }
    }

    /// Compares every followed log with the file if it changed since the last look.
    fn look_once(&self, seen: &mut Option<(Connection, i64)>, fresh: bool) -> Result<()> {
        let version_of = |connection: &Connection| {
            connection
                .prepare_cached("PRAGMA data_version")?
                .query_row((), |row| row.get::<_, i64>(0))
        };
        let (connection, changed) = if let Some((connection, version)) = seen.as_mut() {
            let now = version_of(connection)?;
            let changed = std::mem::replace(version, now) != now;
            (&*connection, changed)
        } else {
            let connection = self.file.reader()?;
            let version = version_of(&connection)?;
            (&seen.insert((connection, version)).0, true)
        };
        if !changed && !fresh {
            return Ok(());
        }
        for row in LogRow::all(connection)? {
            let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
            for cell in cells.get(&row.no).into_iter().flatten() {
                if cell.lock().compare(&row) {
                    cell.changed.notify_one();
                }
            }
        }
        Ok(())
    }

    /// Ends every feed after what it holds already.
    pub(super) fn close(&self) {
        self.closed.store(true, Atomic::Release);
        self.wake.notify_all();
        let cells = self.cells.write().unwrap_or_else(PoisonError::into_inner);
        for cell in cells.values().flatten() {
            cell.lock().closed = true;
            cell.changed.notify_one();
        }
    }
}

impl State {
    /// Takes over what the file says of the log.
    fn compare(&mut self, row: &LogRow) -> bool {
        if self.opening {
            return false;
        }
        self.begin_life(row.epoch, row.head) || self.advance(row.head, &[])
    }

    /// Notes which life the log is in; of another one than before, what is up to `head` is told by a reset.
    fn begin_life(&mut self, epoch: Epoch, head: Seq) -> bool {
        if self.epoch == epoch {
            return false;
        }
        self.epoch = epoch;
        self.announced = head;
        self.push(FeedItem::Reset(ResetCause::Epoch));
        true
    }
}

impl fmt::Debug for Feeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeds").finish_non_exhaustive()
    }
}

/// A feed whose log's head is not known yet.
pub(super) struct Opening(Follower);

impl Opening {
    /// Starts the feed right after `marks`, which were read after [`Feeds::begin`].
    pub(super) fn confirm(self, marks: &Marks) -> Feed {
        let Self(follower) = self;
        let mut state = follower.cell.lock();
        state.opening = false;
        state.epoch = marks.epoch;
        let meanwhile = std::mem::replace(&mut state.announced, marks.head);
        // Committed after the marks were read, before this line.
        state.advance(meanwhile, &[]);
        drop(state);
        Box::pin(stream::unfold(follower, |follower| async move {
            let cell = Arc::clone(&follower.cell);
            loop {
                // Made before the look: an item that comes between the look and the wait still wakes it.
                let changed = cell.changed.notified();
                let (item, closed) = {
                    let mut state = cell.lock();
                    (state.pop(), state.closed)
                };
                match item {
                    Some(item) => return Some((Ok(item), follower)),
                    None if closed => return None,
                    None => changed.await,
                }
            }
        }))
    }
}

/// Who takes items from a cell; the cell is forgotten with it.
struct Follower {
    feeds: Arc<Feeds>,
    log: i64,
    cell: Arc<Cell>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut cells = self
            .feeds
            .cells
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(of_log) = cells.get_mut(&self.log) {
            of_log.retain(|cell| !Arc::ptr_eq(cell, &self.cell));
            if of_log.is_empty() {
                cells.remove(&self.log);
            }
        }
    }
}
