//! Deleting what the limits no longer allow: the old end of each log, in small transactions between commits.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use uuid::Uuid;

use super::{
    Shared,
    error::{signed, unsigned},
    rows::{LogRow, MAX_TRIMMED, Uuid16, readable},
};
use crate::words::{cursor::Seq, error::Result};

/// The most entries that one transaction deletes: 50,000 at once would keep appends waiting for the better part of a second.
const CHUNK: u64 = 2_000;
/// How often the logs are looked through.
const ROUND: Duration = Duration::from_millis(500);
/// How long a log that cannot be trimmed is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// Which logs are to be trimmed, and when they are looked through next.
#[derive(Debug, Default)]
pub(super) struct Trimmer {
    due: VecDeque<i64>,
    next: Option<Instant>,
    paused: HashMap<i64, Instant>,
}

impl Trimmer {
    /// How long the writer may wait for a job.
    pub(super) fn until_due(&self) -> Duration {
        if !self.due.is_empty() {
            return Duration::ZERO;
        }
        let next = self
            .next
            .map(|next| next.saturating_duration_since(Instant::now()));
        next.unwrap_or(ROUND)
    }

    /// Deletes one chunk, if one is due.
    pub(super) fn step(&mut self, connection: &mut Connection, shared: &Shared) {
        let now = Instant::now();
        if self.due.is_empty() {
            if self.next.is_some_and(|next| now < next) {
                return;
            }
            self.next = Some(now + ROUND);
            self.paused.retain(|_, until| *until > now);
            match LogRow::all(connection) {
                Ok(rows) => self.due.extend(
                    rows.iter()
                        .map(|row| row.no)
                        .filter(|no| !self.paused.contains_key(no)),
                ),
                Err(error) => {
                    tracing::warn!(error = ?error, "the logs of the event file cannot be listed");
                    return;
                }
            }
            if let Err(error) = super::cursors::forget(connection, shared.clock.now()) {
                tracing::warn!(error = ?error, "expired places of consumers cannot be removed");
            }
        }
        // Most logs have nothing to delete: they are passed over, up to one that has.
        while let Some(log) = self.due.front().copied() {
            match trim(connection, shared, log) {
                Ok(Trimmed::More) => return,
                Ok(trimmed) => {
                    self.due.pop_front();
                    if trimmed == Trimmed::Some {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(log, error = ?error, "a log cannot be trimmed; it is tried again in a while");
                    self.due.pop_front();
                    self.paused.insert(log, now + PAUSE);
                    return;
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Trimmed {
    Nothing,
    Some,
    More,
}

/// Deletes up to a chunk of entries and of ids whose time is over.
fn trim(connection: &mut Connection, shared: &Shared, log: i64) -> Result<Trimmed> {
    // Looked at without the write lock first: most often there is nothing to do. At one moment, as another process may trim as well.
    let moment = connection.transaction()?;
    let row = LogRow::load(&moment, log)?;
    let floor = shared.floor(&moment, &row)?;
    if floor <= row.trimmed_through && forgettable(&moment, shared, &row, 1)?.is_empty() {
        return Ok(Trimmed::Nothing);
    }
    drop(moment);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut row = LogRow::load(&transaction, log)?;
    let floor = shared.floor(&transaction, &row)?;
    let through = floor.min(row.trimmed_through + CHUNK);
    let mut more = through < floor;
    if through > row.trimmed_through {
        delete_entries(&transaction, shared, &mut row, through)?;
    }
    let gone = forgettable(&transaction, shared, &row, CHUNK)?;
    more |= gone.len() as u64 == CHUNK;
    forget(&transaction, log, &gone)?;
    transaction.commit()?;
    Ok(if more { Trimmed::More } else { Trimmed::Some })
}

fn delete_entries(
    transaction: &Connection,
    shared: &Shared,
    row: &mut LogRow,
    through: Seq,
) -> Result<()> {
    let span = (row.no, signed(row.trimmed_through), signed(through));
    let mut statement = transaction.prepare_cached(
        "SELECT seq, id FROM pubsub_entries WHERE log = ?1 AND seq > ?2 AND seq <= ?3",
    )?;
    let ids = statement.query_map(span, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Uuid16>(1)?))
    })?;
    let ids: Vec<_> = readable(ids.collect::<rusqlite::Result<_>>())?;
    if ids.len() as u64 != through - row.trimmed_through {
        tracing::warn!(
            log = row.no,
            through,
            "entries that were to be trimmed are missing"
        );
    }
    // Deleted before their ids are noted: in a full file the one makes room for the other.
    transaction
        .prepare_cached("DELETE FROM pubsub_entries WHERE log = ?1 AND seq > ?2 AND seq <= ?3")?
        .execute(span)?;
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO pubsub_trimmed (log, seq, id, ms) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let now = signed(row.now(shared.clock.now()));
    for (seq, id) in ids {
        insert.execute((row.no, seq, id.0.as_bytes(), now))?;
    }
    let next = transaction
        .prepare_cached("SELECT bytes_before FROM pubsub_entries WHERE log = ?1 AND seq = ?2")?
        .query_row((row.no, signed(through + 1)), |row| row.get::<_, i64>(0))
        .optional();
    row.trimmed_through = through;
    row.bytes_trimmed = match readable(next)? {
        Some(bytes) => unsigned(bytes)?,
        None => row.bytes_total,
    };
    transaction
        .prepare_cached(
            "UPDATE pubsub_logs SET trimmed_through = ?2, bytes_trimmed = ?3 WHERE no = ?1",
        )?
        .execute((row.no, signed(through), signed(row.bytes_trimmed)))?;
    Ok(())
}

/// The oldest trimmed entries whose ids need not be known any more.
fn forgettable(
    connection: &Connection,
    shared: &Shared,
    row: &LogRow,
    limit: u64,
) -> Result<Vec<(i64, Uuid)>> {
    let kept_since = row
        .now(shared.clock.now())
        .saturating_sub(row.retention_ms.saturating_mul(2));
    let too_many = row.trimmed_through.saturating_sub(MAX_TRIMMED);
    let mut statement = connection.prepare_cached(
        "SELECT seq, id, ms FROM pubsub_trimmed WHERE log = ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query((row.no, signed(limit)))?;
    let mut gone = Vec::new();
    while let Some(found) = rows.next()? {
        let (seq, ms): (i64, i64) = (readable(found.get(0))?, readable(found.get(2))?);
        if unsigned(ms)? >= kept_since && unsigned(seq)? > too_many {
            break;
        }
        gone.push((seq, readable(found.get::<_, Uuid16>(1))?.0));
    }
    Ok(gone)
}

fn forget(transaction: &Connection, log: i64, gone: &[(i64, Uuid)]) -> Result<()> {
    let Some((through, _)) = gone.last() else {
        return Ok(());
    };
    // By seq as well: the id may have come again since.
    let mut statement = transaction
        .prepare_cached("DELETE FROM pubsub_ids WHERE log = ?1 AND id = ?2 AND seq = ?3")?;
    for (seq, id) in gone {
        statement.execute((log, id.as_bytes(), seq))?;
    }
    transaction
        .prepare_cached("DELETE FROM pubsub_trimmed WHERE log = ?1 AND seq <= ?2")?
        .execute((log, through))?;
    Ok(())
}
