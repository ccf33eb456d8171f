mod cursors;
mod feeds;
mod files;
mod logs;
mod transactions;

use std::{
    ops::RangeInclusive,
    sync::atomic::{AtomicU64, Ordering as Atomic},
    time::Duration,
};

use bytes::Bytes;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    super::{Adapter, Appended, ChannelSpec, Entry, Feed, Located, NewEvent},
    *,
};
use crate::words::{envelope::Timestamp, error::ErrorKind};

/// A clock that tests move.
#[derive(Clone)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Atomic::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Atomic::Relaxed))
    }
}

fn hand() -> Hand {
    Hand(Arc::new(AtomicU64::new(1_000_000)))
}

/// A folder with a file in it, opened; the folder goes with the value.
struct Opened {
    folder: TempDir,
    sqlite: Sqlite,
    clock: Hand,
}

impl Opened {
    fn new() -> Self {
        Self::with(|options| options)
    }

    fn with(options: impl FnOnce(SqliteOptions) -> SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = hand();
        let sqlite = options(Sqlite::options().clock(clock.clone()))
            .open(folder.path().join("orders.db"))
            .unwrap();
        Self {
            folder,
            sqlite,
            clock,
        }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("orders.db")
    }

    /// The same file once more, as another process would open it.
    fn again(&self) -> Sqlite {
        Sqlite::options()
            .clock(self.clock.clone())
            .open(self.path())
            .unwrap()
    }

    async fn end(&self) {
        self.sqlite.shutdown(Duration::from_secs(10)).await.unwrap();
    }
}

fn spec(max_events: u64) -> ChannelSpec {
    ChannelSpec::new("orders", Duration::from_secs(10), max_events, 1 << 30)
}

async fn open(sqlite: &Sqlite, max_events: u64) -> LogId {
    Adapter::open(sqlite, spec(max_events))
        .await
        .unwrap()
        .remove(0)
}

fn event(number: u128) -> NewEvent {
    NewEvent {
        id: Uuid::from_u128(number),
        name: "orders:created".into(),
        time: Timestamp::from_millis(0),
        key: None,
        body: Bytes::from(format!("{{\"number\":{number}}}")),
    }
}

fn batch(log: &LogId, numbers: RangeInclusive<u128>) -> Vec<(LogId, NewEvent)> {
    numbers.map(|number| (log.clone(), event(number))).collect()
}

async fn append(sqlite: &Sqlite, log: &LogId, numbers: RangeInclusive<u128>) -> Vec<Appended> {
    sqlite.append(batch(log, numbers)).await.unwrap()
}

async fn all(sqlite: &Sqlite, log: &LogId) -> Vec<Entry> {
    let page = sqlite.read(log.clone(), 0, 1_000_000, usize::MAX).await;
    page.unwrap().entries
}

async fn numbers(sqlite: &Sqlite, log: &LogId) -> Vec<u128> {
    let entries = all(sqlite, log).await;
    entries.iter().map(|entry| entry.id.as_u128()).collect()
}

/// Asks again until it holds; what is waited for is done by threads on the machine's own time.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..2_000 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what} did not happen")
}

/// The rows of a table that are on the disk.
fn count(path: &Path, table: &str) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection
        .query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
            row.get(0)
        })
        .unwrap()
}
