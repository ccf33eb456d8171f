//! Logs in a SQLite file: they survive a restart, and events and the application's own rows can be committed together.

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
    time::Duration,
};

use rusqlite::Connection;
use uuid::Uuid;

pub use self::{
    options::{SqliteOptions, Synchronous},
    prepared::Prepared,
    transaction::SqliteTx,
};

use self::{
    error::{Failure, closed, signed, unavailable},
    feed::Feeds,
    file::File,
    read::{Readers, Wanted},
    rows::LogRow,
    transaction::{KnownLog, check_size},
    writer::Queue,
};
use super::{
    Adapter, Appended, Batch, Capabilities, ChannelSpec, Dedupe, Durability, Feed, Health, Locate,
    Located, LogId, Marks, NewEvent, Ordering, Page,
};
use crate::{
    services::cursor_store::CursorStore,
    words::{
        clock::{Clock, IdSource},
        cursor::Seq,
        envelope::Timestamp,
        error::{Error, Result},
    },
};

/// The largest body: 16 MiB.
const MAX_EVENT_BYTES: usize = 16 << 20;
/// How long the question for health may take.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(1);

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
                tracing::error!(kind = ?failure.kind, detail = failure.detail, "events cannot be stored");
            } else {
                tracing::info!("events can be stored again");
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
    /// What the function returns, and what an append would answer.
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

/// Creates the logs of a channel that are not there, and applies its limits to those that are.
fn open_logs(tx: &Connection, spec: &ChannelSpec, epochs: &[u64]) -> Result<Vec<(LogId, i64)>> {
    let retention = u64::try_from(spec.retention.as_millis()).unwrap_or(u64::MAX);
    let limits = (
        signed(retention),
        signed(spec.max_events),
        signed(spec.max_bytes),
    );
    let mut opened = Vec::with_capacity(epochs.len());
    for (log, epoch) in spec.logs().into_iter().zip(epochs) {
        if let Some(row) = LogRow::find(tx, &log)? {
            row.check_tail(tx)?;
            tx.prepare_cached(
                "UPDATE pubsub_logs SET retention_ms = ?2, max_events = ?3, max_bytes = ?4 WHERE no = ?1",
            )?
            .execute((row.no, limits.0, limits.1, limits.2))?;
            opened.push((log, row.no));
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO pubsub_logs (tenant, channel, shard, epoch, head, head_anchor, trimmed_through, \
             last_ms, bytes_total, bytes_trimmed, retention_ms, max_events, max_bytes) \
             VALUES (?1, ?2, ?3, ?4, 0, 0, 0, 0, 0, 0, ?5, ?6, ?7)",
        )?
        .execute((
            log.tenant.as_deref(),
            log.channel.as_ref(),
            log.shard,
            epoch.cast_signed(),
            limits.0,
            limits.1,
            limits.2,
        ))?;
        opened.push((log, tx.last_insert_rowid()));
    }
    Ok(opened)
}

impl Adapter for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            history: true,
            ordering: Ordering::PerLog,
            durability: self.0.durability,
            contiguous_seq: true,
            links: true,
            dedupe: Dedupe::Retention,
            batch: Batch::Atomic,
            locate: Locate::Index,
            transactional: true,
            cross_node: true,
            survives_restart: true,
            max_event_bytes: Some(MAX_EVENT_BYTES),
        }
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        let epochs: Vec<u64> = spec.logs().iter().map(|_| self.0.ids.random()).collect();
        let opened = self
            .write_with(move |tx| open_logs(tx, &spec, &epochs))
            .await?;
        let open = |(log, no): (LogId, i64)| {
            self.shared().opened(log.clone(), no);
            log
        };
        Ok(opened.into_iter().map(open).collect())
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        self.check_open()?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let known = |(log, event): (LogId, NewEvent)| {
            check_size(&event)?;
            Ok((self.log(&log)?, event))
        };
        let batch = batch.into_iter().map(known).collect::<Result<_>>()?;
        self.0.queue.append(batch).await
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        let known = self.log(&log)?;
        let opening = self.shared().feeds.begin(known.no)?;
        let marks = self.marks(log).await?;
        Ok(opening.confirm(&marks))
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        let wanted = Wanted {
            after,
            limit,
            max_bytes,
        };
        self.on_log(&log, move |connection, row, floor, _| {
            read::page(connection, row, floor, wanted)
        })
        .await
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        self.on_log(&log, |_, row, floor, _| Ok(row.marks(floor)))
            .await
    }

    async fn locate(&self, log: LogId, id: Uuid) -> Result<Located> {
        self.on_log(&log, move |connection, row, floor, shared| {
            row.locate(connection, id, floor, shared.clock.now())
        })
        .await
    }

    async fn seek_time(&self, log: LogId, time: Timestamp) -> Result<Seq> {
        self.on_log(&log, move |connection, row, floor, _| {
            row.last(connection, floor, |place| place.ms < time.as_millis())
        })
        .await
    }

    async fn health(&self) -> Health {
        let not_ready = |detail: String| Health {
            ready: false,
            detail,
        };
        if self.check_open().is_err() {
            return not_ready("closed".to_owned());
        }
        if self.0.queue.has_ended() {
            return not_ready("the writer's thread has ended".to_owned());
        }
        if let Some(failure) = self.shared().last_failure() {
            return not_ready(format!("events cannot be stored: {}", failure.detail));
        }
        if let Err(error) = self.shared().file.check() {
            return not_ready(Failure::from(&error).detail);
        }
        let read = self.read_with(|connection| LogRow::all(connection).map(drop));
        match tokio::time::timeout(HEALTH_TIMEOUT, read).await {
            Ok(Ok(())) => Health {
                ready: true,
                detail: String::new(),
            },
            Ok(Err(error)) => not_ready(format!(
                "events cannot be read: {}",
                Failure::from(&error).detail
            )),
            Err(_) => not_ready("a read takes longer than a second".to_owned()),
        }
    }

    async fn shutdown(&self, deadline: Duration) -> Result<()> {
        self.0.closed.store(true, Atomic::Release);
        self.0.readers.close();
        self.0.queue.close();
        let ended = tokio::time::timeout(deadline, self.0.queue.ended()).await;
        // The writer goes on to the end of what it has; feeds do not wait for it.
        self.shared().feeds.close();
        ended.map_err(|_| unavailable("the writer did not end in time"))
    }

    fn cursor_store(&self) -> Option<Arc<dyn CursorStore>> {
        Some(Arc::new(self.clone()))
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
