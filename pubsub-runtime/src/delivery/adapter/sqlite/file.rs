//! The file: whose it is, its tables, and connections to it.

use std::{
    fmt, fs,
    io::Read as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{
    error::{Failure, unavailable},
    options::{SqliteOptions, Synchronous},
};
use crate::words::error::{Error, ErrorKind, Result};

/// Marks a file of this adapter: `PsbL`.
const APPLICATION_ID: i64 = 0x5073_624c;
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The write-ahead log is copied into the file at this length, in pages of 4 KiB.
const CHECKPOINT_PAGES: i64 = 4_000;
const MAX_STATEMENTS: usize = 64;

/// The version of the tables that the first of [`MIGRATIONS`] makes. What development builds before it wrote has other checksums.
const FIRST_VERSION: usize = 2;

/// What brings a file from one version of the tables to the next; `PRAGMA user_version` says which it has.
const MIGRATIONS: [&str; 1] = ["
CREATE TABLE pubsub_logs (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT,
    channel TEXT NOT NULL,
    shard INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_anchor INTEGER NOT NULL,
    trimmed_through INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    bytes_total INTEGER NOT NULL,
    bytes_trimmed INTEGER NOT NULL,
    retention_ms INTEGER NOT NULL,
    max_events INTEGER NOT NULL,
    max_bytes INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX pubsub_logs_by_name ON pubsub_logs (channel, shard, ifnull(tenant, x''));
CREATE TABLE pubsub_entries (
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    ms INTEGER NOT NULL,
    link INTEGER NOT NULL,
    bytes_before INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE pubsub_ids (
    log INTEGER NOT NULL,
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (log, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE pubsub_trimmed (
    log INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    ms INTEGER NOT NULL,
    PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE pubsub_cursors (
    key TEXT NOT NULL PRIMARY KEY,
    cursor TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pubsub_cursors_by_end ON pubsub_cursors (expires_ms);
"];

/// The version of the tables that this program writes.
const VERSION: usize = FIRST_VERSION + MIGRATIONS.len() - 1;

/// A file that was opened, and how.
pub(super) struct File {
    path: PathBuf,
    options: SqliteOptions,
    identity: Identity,
}

/// Which file stands at the path, and which write-ahead log beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Identity {
    main: Option<(u64, u64)>,
    wal: Option<(u64, u64)>,
}

impl File {
    /// Opens or creates the file and brings its tables up to date; answers the connection that writes.
    pub(super) fn open(path: &Path, options: SqliteOptions) -> Result<(Self, Connection)> {
        let refuse = |error: Error| {
            let failure = Failure::from(&error);
            let detail = format!("{}: {}", path.display(), failure.detail);
            Error::new(error.kind(), "the event file cannot be used").with_source(detail)
        };
        let opened = std::path::absolute(path).map_err(|error| unavailable(error.to_string()));
        opened
            .and_then(|path| Self::open_absolute(path, options))
            .map_err(refuse)
    }

    fn open_absolute(path: PathBuf, options: SqliteOptions) -> Result<(Self, Connection)> {
        looks_like_sqlite(&path)?;
        let mut file = Self {
            path,
            options,
            identity: Identity::default(),
        };
        let mut writer = file
            .connect(OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(|error| explain(&file.path, error))?;
        writable(&writer)?;
        // At one moment: another process may be about to create the tables.
        check_owner(&*writer.transaction()?)?;
        use_wal(&writer, file.options.busy_timeout)?;
        migrate(&mut writer)?;
        let synchronous = match file.options.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        writer.pragma_update(None, "synchronous", synchronous)?;
        // Where a flush stops at the disk's own cache, as on macOS, this one goes through it.
        writer.pragma_update(None, "fullfsync", true)?;
        writer.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        writer.pragma_update(None, "journal_size_limit", 64 << 20)?;
        if let Some(bytes) = file.options.max_file_bytes {
            let page: i64 = writer.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let pages = super::error::signed(bytes) / page.max(1);
            writer.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))?;
        }
        file.identity = file.current();
        Ok((file, writer))
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection> {
        let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.options.busy_timeout)?;
        connection.set_prepared_statement_cache_capacity(MAX_STATEMENTS);
        Ok(connection)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection> {
        self.check()?;
        let connection = self.connect(OpenFlags::empty())?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Sees that the file still stands where it was opened: what is written to a file without a name is gone with the process.
    pub(super) fn check(&self) -> Result<()> {
        if self.current() == self.identity {
            return Ok(());
        }
        Err(unavailable(format!(
            "{}, or the write-ahead log beside it, was removed or replaced while it was open",
            self.path.display()
        )))
    }

    #[cfg(unix)]
    fn current(&self) -> Identity {
        use std::os::unix::fs::MetadataExt as _;
        let of = |path: &Path| {
            let found = fs::metadata(path).ok()?;
            Some((found.dev(), found.ino()))
        };
        let mut wal = self.path.clone().into_os_string();
        wal.push("-wal");
        Identity {
            main: of(&self.path),
            wal: of(Path::new(&wal)),
        }
    }

    /// Elsewhere an open file cannot be removed.
    #[cfg(not(unix))]
    fn current(&self) -> Identity {
        Identity::default()
    }
}

/// Refuses a file that is something else; SQLite would take a short one for an empty database.
fn looks_like_sqlite(path: &Path) -> Result<()> {
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unavailable(error.to_string())),
    };
    let mut start = Vec::with_capacity(MAGIC.len());
    file.by_ref()
        .take(MAGIC.len() as u64)
        .read_to_end(&mut start)
        .map_err(|error| unavailable(error.to_string()))?;
    if start.is_empty() || start == MAGIC {
        return Ok(());
    }
    Err(Failure::new(ErrorKind::Corrupt, "it is not a SQLite file").to_error())
}

/// SQLite does not say why a file cannot be opened.
fn explain(path: &Path, error: Error) -> Error {
    match path.parent() {
        Some(folder) if !folder.is_dir() => unavailable("its folder does not exist; create it"),
        _ if error.kind() == ErrorKind::Unavailable => unavailable(format!(
            "{}; give this process the right to read and write this file, and to create files beside it",
            Failure::from(&error).detail
        )),
        _ => error,
    }
}

fn writable(writer: &Connection) -> Result<()> {
    if writer.is_readonly("main")? {
        return Err(unavailable(
            "it is read-only; events can only be kept in a file that this process may write to",
        ));
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> Result<i64> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}

/// Refuses a file of another application, and one of a version of this one that is not known.
fn check_owner(connection: &Connection) -> Result<()> {
    let (owner, version) = (
        pragma(connection, "application_id")?,
        pragma(connection, "user_version")?,
    );
    let refuse = |detail| Err(Failure::new(ErrorKind::Conflict, detail).to_error());
    if owner != APPLICATION_ID {
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        if owner != 0 || version != 0 || tables != 0 {
            return refuse(format!(
                "it belongs to another application (application_id {owner}, {tables} tables and indexes); name a file of its own"
            ));
        }
        return Ok(());
    }
    match usize::try_from(version) {
        Ok(FIRST_VERSION..=VERSION) => Ok(()),
        Ok(0..FIRST_VERSION) => refuse(format!(
            "it was written by a build from before the first release (tables {version}, this program reads {FIRST_VERSION} to {VERSION}); \
             keep it for the program that wrote it, and name another file"
        )),
        _ => refuse(format!(
            "it was written by a newer version (tables {version}, this program knows {VERSION})"
        )),
    }
}

fn use_wal(connection: &Connection, patience: Duration) -> Result<()> {
    let started = Instant::now();
    loop {
        let mode: rusqlite::Result<String> =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode {
            Ok(mode) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
            Ok(mode) => {
                return Err(unavailable(format!(
                    "its file system allows journal mode `{mode}` only; a write-ahead log needs a local disk"
                )));
            }
            // Two processes that create the file at once do not wait for each other here.
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && started.elapsed() < patience =>
            {
                thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let current = i64::try_from(VERSION).unwrap_or(i64::MAX);
    if pragma(connection, "user_version")? == current {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another process may have been first.
    check_owner(&transaction)?;
    let version = usize::try_from(pragma(&transaction, "user_version")?).unwrap_or(0);
    let done = (version + 1).saturating_sub(FIRST_VERSION);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", current)?;
    Ok(transaction.commit()?)
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("path", &self.path)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
