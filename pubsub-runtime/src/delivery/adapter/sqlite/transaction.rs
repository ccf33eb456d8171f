//! Appending within a transaction: the writer's own, or one of the application.

use std::{cell::RefCell, collections::HashMap, fmt, ops::Deref, sync::Arc};

use rusqlite::Connection;

use super::{
    super::{Appended, Entry, LogId, NewEvent},
    MAX_EVENT_BYTES, Shared,
    rows::LogRow,
};
use crate::words::{
    cursor::Seq,
    error::{Error, ErrorKind, Result},
};

/// A transaction that events are appended in together with the application's own rows.
///
/// It derefs to the connection, so that `execute`, `query_row` and the like are at hand. The transaction itself is not the closure's to
/// end: no `COMMIT` and no `ROLLBACK`.
pub struct SqliteTx<'a> {
    connection: &'a Connection,
    shared: &'a Shared,
    /// What the writer's transaction did so far; a transaction of the application writes every row at once.
    group: Option<RefCell<Group>>,
}

/// The logs that a transaction of the writer has appended to.
pub(super) type Group = HashMap<i64, Touched>;

/// A moment of a transaction: the rows of its logs, the heads that were written, and how many entries there are to announce.
pub(super) type Mark = HashMap<i64, (LogRow, Seq, usize)>;

/// A log within a transaction.
#[derive(Debug)]
pub(super) struct Touched {
    pub(super) row: LogRow,
    /// The head before the transaction.
    pub(super) before: Seq,
    /// The head that is written in the log's row.
    stored: Seq,
    /// What was appended; empty if nobody follows the log.
    pub(super) entries: Vec<Entry>,
    followed: bool,
}

impl<'a> SqliteTx<'a> {
    pub(super) fn of_writer(connection: &'a Connection, shared: &'a Shared) -> Self {
        Self {
            connection,
            shared,
            group: Some(RefCell::default()),
        }
    }

    pub(super) fn of_application(connection: &'a Connection, shared: &'a Shared) -> Result<Self> {
        if connection.is_autocommit() {
            return Err(Error::internal(
                "events can only be appended in a transaction; begin one with `BEGIN IMMEDIATE`",
            ));
        }
        Ok(Self {
            connection,
            shared,
            group: None,
        })
    }

    /// Appends an event; it is there for readers and feeds once the transaction is committed.
    ///
    /// # Errors
    ///
    /// `PAYLOAD_TOO_LARGE` for a body over 16 MiB, `NOT_FOUND` if the file has no such log, and what SQLite says.
    pub fn append(&self, log: &LogId, event: &NewEvent) -> Result<Appended> {
        check_size(event)?;
        let known = self.shared.known(log).filter(|_| self.group.is_some());
        if let Some(known) = known {
            return self.append_and_store(known.no, event);
        }
        let mut row = LogRow::find(self.connection, log)?.ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                "the event's channel has no log in this file",
            )
        })?;
        if self.group.is_some() {
            return self.append_and_store(row.no, event);
        }
        let (appended, _) = row.append(self.connection, event, self.shared.clock.now())?;
        row.store(self.connection)?;
        Ok(appended)
    }

    fn append_and_store(&self, log: i64, event: &NewEvent) -> Result<Appended> {
        let appended = self.append_to(log, event)?;
        self.store()?;
        Ok(appended)
    }

    /// Appends to a log of the writer's transaction; its row is written once, before the commit.
    pub(super) fn append_to(&self, log: i64, event: &NewEvent) -> Result<Appended> {
        let Some(group) = &self.group else {
            return Err(Error::internal("not a transaction of the writer"));
        };
        let mut group = group.borrow_mut();
        let touched = match group.entry(log) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                let row = LogRow::load(self.connection, log)?;
                new.insert(Touched {
                    row,
                    before: row.head,
                    stored: row.head,
                    entries: Vec::new(),
                    followed: self.shared.feeds.wants(log),
                })
            }
        };
        let (appended, entry) =
            touched
                .row
                .append(self.connection, event, self.shared.clock.now())?;
        if touched.followed {
            touched.entries.extend(entry);
        }
        Ok(appended)
    }

    /// Writes the rows of the logs that were appended to since they were written.
    pub(super) fn store(&self) -> Result<()> {
        let Some(group) = &self.group else {
            return Ok(());
        };
        for touched in group.borrow_mut().values_mut() {
            if touched.row.head != touched.stored {
                touched.row.store(self.connection)?;
                touched.stored = touched.row.head;
            }
        }
        Ok(())
    }

    /// Writes the rows of the logs, and tells what to announce after the commit.
    pub(super) fn finish(self) -> Result<Group> {
        self.store()?;
        Ok(self.group.map(RefCell::into_inner).unwrap_or_default())
    }

    /// What the transaction did so far, to come back to.
    pub(super) fn mark(&self) -> Mark {
        let group = self.group.iter();
        let mark = |(log, touched): (&i64, &Touched)| {
            (*log, (touched.row, touched.stored, touched.entries.len()))
        };
        group
            .flat_map(|group| group.borrow().iter().map(mark).collect::<Vec<_>>())
            .collect()
    }

    pub(super) fn back_to(&self, mark: &Mark) {
        let Some(group) = &self.group else {
            return;
        };
        group.borrow_mut().retain(|log, touched| {
            let Some((row, stored, entries)) = mark.get(log) else {
                return false;
            };
            (touched.row, touched.stored) = (*row, *stored);
            touched.entries.truncate(*entries);
            true
        });
    }
}

impl Deref for SqliteTx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl fmt::Debug for SqliteTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteTx").finish_non_exhaustive()
    }
}

pub(super) fn check_size(event: &NewEvent) -> Result<()> {
    if event.body.len() <= MAX_EVENT_BYTES {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PayloadTooLarge,
        format!("an event may take {MAX_EVENT_BYTES} bytes"),
    ))
}

/// A log that was opened, by its number in the file.
#[derive(Debug)]
pub(super) struct KnownLog {
    pub(super) no: i64,
    /// What was told as trimmed: it never falls, whatever the clock does.
    floor: std::sync::atomic::AtomicU64,
}

impl KnownLog {
    pub(super) fn new(no: i64) -> Arc<Self> {
        Arc::new(Self {
            no,
            floor: std::sync::atomic::AtomicU64::new(0),
        })
    }

    pub(super) fn raise(&self, floor: Seq, head: Seq) -> Seq {
        let before = self
            .floor
            .fetch_max(floor, std::sync::atomic::Ordering::AcqRel);
        floor.max(before).min(head)
    }
}
