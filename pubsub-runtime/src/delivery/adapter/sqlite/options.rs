//! How a SQLite file is opened.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use super::Sqlite;
use crate::words::{
    clock::{Clock, IdSource, RandomIds, SystemClock},
    error::Result,
};

/// What an acknowledged append survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// The loss of power: every commit is flushed to the disk.
    #[default]
    Full,
    /// The end of the process: the newest commits may be gone after a loss of power, never a part of one.
    Normal,
}

/// How a SQLite file is opened; what is not said has a default.
#[derive(Clone)]
#[must_use = "nothing happens until it is opened"]
pub struct SqliteOptions {
    pub(super) synchronous: Synchronous,
    pub(super) busy_timeout: Duration,
    pub(super) readers: usize,
    pub(super) max_file_bytes: Option<u64>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
}

impl SqliteOptions {
    pub(super) fn new() -> Self {
        Self {
            synchronous: Synchronous::Full,
            busy_timeout: Duration::from_secs(5),
            readers: 4,
            max_file_bytes: None,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds::default()),
        }
    }

    /// What an acknowledged append survives. Default [`Synchronous::Full`].
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long to wait for another process that writes to the file. Default 5 seconds; at most an hour.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout.min(Duration::from_hours(1));
        self
    }

    /// How many reads may go on at once, each on a connection of its own. Default 4; 1 to 64.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.clamp(1, 64);
        self
    }

    /// How large the file may grow through this process, in bytes, apart from its write-ahead log. Default no limit but the disk's.
    ///
    /// Appends beyond it answer [`StorageFull`](crate::ErrorKind::StorageFull).
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = Some(bytes);
        self
    }

    /// The source of time, which retention follows. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of epochs. Default [`RandomIds`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Opens the file; creates it if there is none. Blocks for as long as the disk takes, so it belongs before the serving starts.
    ///
    /// # Errors
    ///
    /// As [`Sqlite::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Sqlite> {
        Sqlite::open_with(path.as_ref(), self)
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("synchronous", &self.synchronous)
            .field("busy_timeout", &self.busy_timeout)
            .field("readers", &self.readers)
            .field("max_file_bytes", &self.max_file_bytes)
            .finish_non_exhaustive()
    }
}
