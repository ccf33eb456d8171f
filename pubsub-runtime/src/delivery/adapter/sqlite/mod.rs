//! Logs in a SQLite file: they survive a restart, and events and the application's own rows can be committed together.

mod calls;
mod cursors;
mod error;
mod feed;
mod file;
mod options;
mod prepared;
mod read;
mod rows;
mod transaction;
mod trim;
mod writer;

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering as Atomic},
    },
};

use rusqlite::Connection;

pub use self::{
    options::{SqliteOptions, Synchronous},
    prepared::Prepared,
    transaction::SqliteTx,
};

use self::{
    error::{Failure, closed},
    feed::Feeds,
    file::File,
    read::Readers,
    rows::LogRow,
    transaction::KnownLog,
    writer::Queue,
};
use super::{Durability, LogId};
use crate::words::{
    clock::{Clock, IdSource},
    cursor::Seq,
    error::{Error, Result},
};

/// The largest body: 16 MiB.
const MAX_EVENT_BYTES: usize = 16 << 20;
/// Logs in a SQLite file. Cloning is cheap; every clone stands for the same file.
///
/// One thread writes and joins what waits into one commit; reads have connections of their own. Several processes may share a file:
/// what one appends, the feeds of the others find within 50 ms. The file must be on a local disk.
///
/// The file belongs to the adapter, and the application may add tables of its own to it: [`Sqlite::transact`] commits their rows
/// and events together. Every entry carries a checksum and the anchor of its predecessor: what is damaged is an error, and is
/// never served.
#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    queue: Queue,
    ids: Arc<dyn IdSource>,
    durability: Durability,
    closed: AtomicBool,
}

/// What the writer, reads and feeds have in common.
struct Shared {
    file: Arc<File>,
    feeds: Arc<Feeds>,
    clock: Arc<dyn Clock>,
    // A std lock: it is held for a look-up or an insert, never across an await.
    logs: RwLock<Known>,
    /// Why the last commit failed; `None` if it did not.
    failure: Mutex<Option<Failure>>,
}

/// The logs that were opened.
#[derive(Default)]
struct Known {
    by_name: HashMap<LogId, Arc<KnownLog>>,
    by_number: HashMap<i64, Arc<KnownLog>>,
}

impl Shared {
    fn known(&self, log: &LogId) -> Option<Arc<KnownLog>> {
        let logs = self.logs.read().unwrap_or_else(PoisonError::into_inner);
        logs.by_name.get(log).cloned()
    }

    fn opened(&self, log: LogId, no: i64) {
        let mut logs = self.logs.write().unwrap_or_else(PoisonError::into_inner);
        let known = logs
            .by_number
            .entry(no)
            .or_insert_with(|| KnownLog::new(no));
        let known = Arc::clone(known);
        logs.by_name.insert(log, known);
    }

    /// The newest entry of a log that is gone for readers; it never falls.
    fn floor(&self, connection: &Connection, row: &LogRow) -> Result<Seq> {
        let floor = row.floor(connection, self.clock.now())?;
        let logs = self.logs.read().unwrap_or_else(PoisonError::into_inner);
        let known = logs.by_number.get(&row.no);
        Ok(known.map_or(floor, |known| known.raise(floor, row.head)))
    }

    /// Notes how the last commit ended, and tells an operator when that changes.
    fn note(&self, failure: Option<Failure>) {
        let mut last = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = |failure: &Option<Failure>| failure.as_ref().map(|failure| failure.kind);
        if kind(&last) != kind(&failure) {
            if let Some(failure) = &failure {
                tracing::error!(
                    file = %self.file.path().display(),
                    detail = failure.detail,
                    "events cannot be stored, which senders are told; {}",
                    failure.remedy()
                );
            } else {
                tracing::info!(file = %self.file.path().display(), "events can be stored again");
            }
        }
        *last = failure;
    }

    fn last_failure(&self) -> Option<Failure> {
        let last = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

impl Sqlite {
    /// Opens a file with the default options; creates it if there is none.
    ///
    /// # Errors
    ///
    /// The source says which file and why. `CORRUPT` ([`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt)): not a SQLite file, or
    /// damaged. `CONFLICT`: a file of another application, or of a newer version. `SERVICE_UNAVAILABLE`: it cannot be opened or
    /// written to, or another process holds it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::options().open(path)
    }

    /// Starts from the default options.
    pub fn options() -> SqliteOptions {
        SqliteOptions::new()
    }

    fn open_with(path: &Path, options: SqliteOptions) -> Result<Self> {
        let (file, writer) = File::open(path, options.clone())?;
        let file = Arc::new(file);
        let shared = Arc::new(Shared {
            file: Arc::clone(&file),
            feeds: Feeds::new(Arc::clone(&file)),
            clock: options.clock,
            logs: RwLock::default(),
            failure: Mutex::default(),
        });
        let queue = Queue::start(writer, Arc::clone(&shared))?;
        Ok(Self(Arc::new(Inner {
            shared,
            readers: Arc::new(Readers::new(file, options.readers)),
            queue,
            ids: options.ids,
            durability: match options.synchronous {
                Synchronous::Full => Durability::PowerLoss,
                Synchronous::Normal => Durability::ProcessCrash,
            },
            closed: AtomicBool::new(false),
        })))
    }

    /// Runs a function in a transaction of the writer: its rows and its events are committed together, or nothing is.
    ///
    /// It runs on the thread that stores all events, so it should be short; others may share the commit. An error it returns undoes
    /// what it did, and is the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use pubsub_runtime::{PubSubServer, adapter::Sqlite, event};
    ///
    /// pubsub_runtime::domain! {
    ///     /// Orders.
    ///     channel orders { subscribe = public, publish = none }
    /// }
    ///
    /// /// An order was shipped.
    /// #[event(channel = "orders")]
    /// pub struct OrderShipped {
    ///     /// Which one.
    ///     pub order: String,
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     # let folder = std::env::temp_dir().join(format!("pubsub-doc-{}", std::process::id()));
    ///     # std::fs::create_dir_all(&folder)?;
    ///     # let path = folder.join("orders.db");
    ///     let sqlite = Sqlite::open(&path)?;
    ///     let server = PubSubServer::builder(registry()).adapter(sqlite.clone()).build().await?;
    ///     let publisher = server.publisher();
    ///
    ///     let prepared = publisher.prepare(OrderShipped { order: "abc".into() })?;
    ///     let appended = sqlite
    ///         .transact(move |tx| {
    ///             tx.execute("CREATE TABLE IF NOT EXISTS shipped (id TEXT PRIMARY KEY)", ())?;
    ///             tx.execute("INSERT INTO shipped (id) VALUES (?1)", ["abc"])?;
    ///             prepared.append_in(tx)
    ///         })
    ///         .await?;
    ///     assert_eq!(appended.seq, 1);
    ///     # std::fs::remove_dir_all(&folder)?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// What the function returns, and what an append would answer. `CONFLICT` if its rows break a rule that is deferred to the commit;
    /// `SERVICE_UNAVAILABLE` if it is not known which of several that shared the commit does: nothing of them was stored.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the transaction may have been committed or not.
    pub async fn transact<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&SqliteTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.check_open()?;
        self.0.queue.run(run).await
    }

    /// Joins a transaction that the application began itself, with `BEGIN IMMEDIATE` and on a connection of its own to the same file.
    ///
    /// Feeds learn of its events within 50 ms of the commit.
    ///
    /// # Examples
    ///
    /// ```
    /// # use pubsub_runtime::adapter::{Adapter, ChannelSpec, NewEvent, Sqlite, rusqlite};
    /// # use rusqlite::{Connection, TransactionBehavior};
    /// # async fn example(sqlite: Sqlite, event: NewEvent, channel: ChannelSpec) -> pubsub_runtime::Result<()> {
    /// let log = sqlite.open(channel).await?.remove(0);
    /// let mut connection = Connection::open("orders.db")?;
    /// let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    /// transaction.execute("INSERT INTO shipped (id) VALUES ('abc')", ())?;
    /// sqlite.join(&transaction)?.append(&log, &event)?;
    /// transaction.commit()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `INTERNAL_SERVER_ERROR` if no transaction was begun.
    pub fn join<'a>(&'a self, transaction: &'a Connection) -> Result<SqliteTx<'a>> {
        self.check_open()?;
        SqliteTx::of_application(transaction, &self.0.shared)
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    fn check_open(&self) -> Result<()> {
        if self.0.closed.load(Atomic::Acquire) {
            return Err(closed());
        }
        Ok(())
    }

    fn log(&self, log: &LogId) -> Result<Arc<KnownLog>> {
        self.check_open()?;
        self.shared()
            .known(log)
            .ok_or_else(|| Error::internal(format!("log {log:?} was not opened")))
    }

    async fn read_with<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.check_open()?;
        self.0.readers.with(read).await
    }

    async fn write_with<T: Send + 'static>(
        &self,
        write: impl FnOnce(&SqliteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.check_open()?;
        self.0.queue.run(write).await
    }

    /// Reads something of a log, given its row and what is gone of it.
    async fn on_log<T: Send + 'static>(
        &self,
        log: &LogId,
        read: impl FnOnce(&Connection, &LogRow, Seq, &Shared) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (known, shared) = (self.log(log)?, Arc::clone(self.shared()));
        self.read_with(move |connection| {
            let row = LogRow::load(connection, known.no)?;
            let floor = shared.floor(connection, &row)?;
            read(connection, &row, floor, &shared)
        })
        .await
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite")
            .field("file", &self.shared().file)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
