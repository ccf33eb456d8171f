//! Reading: pages of entries, each checked against its row's checksum and its predecessor.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering as Atomic},
    },
};

use rusqlite::{Connection, Row};
use tokio::sync::Semaphore;

use super::{
    super::{Entry, Page},
    error::{closed, damaged, signed, unavailable, unsigned},
    file::File,
    rows::{LogRow, Uuid16, body, checksum, readable},
};
use crate::words::{
    cursor::{Seq, anchor},
    envelope::Timestamp,
    error::{ErrorKind, Result},
};

/// Connections that read, each used by one blocking task at a time.
pub(super) struct Readers {
    file: Arc<File>,
    // A std mutex: it is held to push or pop a connection, never across an await.
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    closed: AtomicBool,
}

impl Readers {
    pub(super) fn new(file: Arc<File>, limit: usize) -> Self {
        Self {
            file,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(limit)),
            closed: AtomicBool::new(false),
        }
    }

    /// Runs `read` in one read transaction on a thread that may block.
    pub(super) async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| closed())?;
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let answer = readers.run(read);
            drop(permit);
            answer
        });
        task.await.map_err(|error| unavailable(error.to_string()))?
    }

    fn run<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.file.reader()?,
        };
        let transaction = connection.unchecked_transaction()?;
        let answer = read(&transaction);
        drop(transaction);
        // After a failure the next read starts with a connection that has seen nothing.
        let usable = match &answer {
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        if usable && !self.closed.load(Atomic::Acquire) {
            self.lock().push(connection);
        }
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Atomic::Release);
        self.permits.close();
        self.lock().clear();
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) after: Seq,
    pub(super) limit: usize,
    pub(super) max_bytes: usize,
}

/// Reads a page; a hole, a broken link or a wrong checksum is an error, and nothing of the page is served.
pub(super) fn page(
    connection: &Connection,
    row: &LogRow,
    floor: Seq,
    wanted: Wanted,
) -> Result<Page> {
    let marks = row.marks(floor);
    let after = wanted.after.max(floor);
    let left = row.head.saturating_sub(after);
    let limit = left.min(wanted.limit as u64);
    let mut entries = Vec::with_capacity(usize::try_from(limit).unwrap_or(0).min(4_096));
    if limit == 0 {
        return Ok(Page { entries, marks });
    }
    let mut statement = connection.prepare_cached(
        "SELECT seq, id, name, ms, link, bytes_before, checksum, body FROM pubsub_entries \
         WHERE log = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut rows = statement.query((row.no, signed(after), signed(limit)))?;
    let mut bytes = 0_usize;
    let mut full = false;
    while let Some(found) = rows.next()? {
        let length = readable(found.get_ref(7))?;
        let length = length.as_blob().map_or(0, <[u8]>::len);
        if !entries.is_empty() && bytes.saturating_add(length) > wanted.max_bytes {
            full = true;
            break;
        }
        bytes = bytes.saturating_add(length);
        let entry = entry(row, found, entries.last())?;
        if entry.seq != after + 1 + entries.len() as u64 {
            return Err(hole(row, entry.seq));
        }
        entries.push(entry);
    }
    if !full && entries.len() as u64 != limit {
        return Err(hole(row, after + 1 + entries.len() as u64));
    }
    let ends = entries.last().filter(|last| last.seq == row.head);
    if ends.is_some_and(|last| last.anchor != row.head_anchor) {
        return Err(hole(row, row.head));
    }
    Ok(Page { entries, marks })
}

fn hole(row: &LogRow, seq: Seq) -> crate::words::error::Error {
    damaged(format!(
        "the entries of log {} do not follow each other at {seq}",
        row.no
    ))
}

fn entry(log: &LogRow, row: &Row<'_>, before: Option<&Entry>) -> Result<Entry> {
    let number = |index| -> Result<u64> { unsigned(readable(row.get(index))?) };
    let seq = number(0)?;
    let id = readable(row.get::<_, Uuid16>(1))?.0;
    let name = readable(row.get_ref(2))?;
    let name = name.as_str().map_err(|error| damaged(error.to_string()))?;
    let bytes = readable(row.get_ref(7))?;
    let bytes = bytes
        .as_blob()
        .map_err(|error| damaged(error.to_string()))?;
    // Most entries of a page bear the same name: it is shared.
    let name = match before {
        Some(before) if *before.name == *name => Arc::clone(&before.name),
        _ => Arc::from(name),
    };
    let entry = Entry {
        seq,
        id,
        name,
        time: Timestamp::from_millis(number(3)?),
        anchor: anchor(id),
        link: Some(readable(row.get(4))?),
        body: body(bytes),
    };
    let sound = readable(row.get::<_, u32>(6))? == checksum(log.no, &entry, number(5)?);
    let follows = match before {
        Some(before) => entry.link == Some(before.anchor),
        None => seq > 1 || entry.link == Some(0),
    };
    if sound && follows {
        return Ok(entry);
    }
    Err(damaged(format!("entry {seq} of log {} is damaged", log.no)))
}
