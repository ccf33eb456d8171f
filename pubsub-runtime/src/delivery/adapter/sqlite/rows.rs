//! The row of a log, and its entries as rows.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row};
use uuid::Uuid;

use super::{
    super::{Appended, Entry, Located, LogId, Marks, NewEvent},
    error::{damaged, signed, unsigned},
};
use crate::words::{
    cursor::{Anchor, Epoch, Seq, anchor},
    envelope::Timestamp,
    error::Result,
};

/// The most ids of trimmed entries that are kept for each log.
pub(super) const MAX_TRIMMED: u64 = 100_000;

macro_rules! select_logs {
    ($tail:literal) => {
        concat!(
            "SELECT no, epoch, head, head_anchor, trimmed_through, last_ms, bytes_total, bytes_trimmed, \
             retention_ms, max_events, max_bytes FROM pubsub_logs",
            $tail
        )
    };
}

/// The row of a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogRow {
    pub(super) no: i64,
    pub(super) epoch: Epoch,
    pub(super) head: Seq,
    pub(super) head_anchor: Anchor,
    /// What is deleted; [`LogRow::floor`] is what is gone for readers.
    pub(super) trimmed_through: Seq,
    /// When the newest entry was stored.
    pub(super) last_ms: u64,
    /// The bytes of all bodies that were ever appended, and of those that were deleted.
    pub(super) bytes_total: u64,
    pub(super) bytes_trimmed: u64,
    pub(super) retention_ms: u64,
    pub(super) max_events: u64,
    pub(super) max_bytes: u64,
}

impl LogRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let number = |index| -> rusqlite::Result<u64> {
            let value: i64 = row.get(index)?;
            u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, value))
        };
        Ok(Self {
            no: row.get(0)?,
            epoch: row.get::<_, i64>(1)?.cast_unsigned(),
            head: number(2)?,
            head_anchor: row.get(3)?,
            trimmed_through: number(4)?,
            last_ms: number(5)?,
            bytes_total: number(6)?,
            bytes_trimmed: number(7)?,
            retention_ms: number(8)?,
            max_events: number(9)?,
            max_bytes: number(10)?,
        })
    }

    pub(super) fn load(connection: &Connection, no: i64) -> Result<Self> {
        let sql = select_logs!(" WHERE no = ?1");
        let found = connection
            .prepare_cached(sql)?
            .query_row([no], Self::read)
            .optional();
        readable(found)?.ok_or_else(|| damaged(format!("the row of log {no} is gone")))
    }

    pub(super) fn find(connection: &Connection, log: &LogId) -> Result<Option<Self>> {
        let sql = select_logs!(
            " WHERE channel = ?1 AND shard = ?2 AND ifnull(tenant, x'') = ifnull(?3, x'')"
        );
        let name = (log.channel.as_ref(), log.shard, log.tenant.as_deref());
        let found = connection
            .prepare_cached(sql)?
            .query_row(name, Self::read)
            .optional();
        readable(found)
    }

    pub(super) fn all(connection: &Connection) -> Result<Vec<Self>> {
        let mut statement = connection.prepare_cached(select_logs!(""))?;
        let rows = statement.query_map((), Self::read)?;
        readable(rows.collect::<rusqlite::Result<_>>())
    }

    /// Writes what appends change.
    pub(super) fn store(&self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare_cached(
            "UPDATE pubsub_logs SET head = ?2, head_anchor = ?3, last_ms = ?4, bytes_total = ?5 WHERE no = ?1",
        )?;
        let changed = statement.execute((
            self.no,
            signed(self.head),
            self.head_anchor,
            signed(self.last_ms),
            signed(self.bytes_total),
        ))?;
        if changed == 1 {
            return Ok(());
        }
        Err(damaged(format!("the row of log {} is gone", self.no)))
    }

    /// The time that retention counts from: a clock that steps back does not trim early.
    pub(super) fn now(&self, clock: Timestamp) -> u64 {
        clock.as_millis().max(self.last_ms)
    }

    /// The newest entry that the limits no longer allow, deleted or not.
    pub(super) fn floor(&self, connection: &Connection, clock: Timestamp) -> Result<Seq> {
        let kept_since = self.now(clock).saturating_sub(self.retention_ms);
        if self.last_ms < kept_since {
            return Ok(self.head);
        }
        let by_count = self.head.saturating_sub(self.max_events);
        let floor = self.trimmed_through.max(by_count).min(self.head);
        let floor = self.last(connection, floor, |place| place.ms < kept_since)?;
        if self.bytes_total.saturating_sub(self.bytes_trimmed) <= self.max_bytes {
            return Ok(floor);
        }
        let over =
            |place: &Place| self.bytes_total.saturating_sub(place.bytes_before) > self.max_bytes;
        self.last(connection, floor, over)
    }

    /// The last entry above `floor` for which `holds` is true; it is true for a prefix of them.
    pub(super) fn last(
        &self,
        connection: &Connection,
        floor: Seq,
        holds: impl Fn(&Place) -> bool,
    ) -> Result<Seq> {
        let (mut low, mut high) = (floor, self.head + 1);
        // Most often it holds for none: the first is asked first.
        let mut middle = low + 1;
        while high - low > 1 {
            if holds(&self.place(connection, middle)?) {
                low = middle;
            } else {
                high = middle;
            }
            middle = low + (high - low) / 2;
        }
        Ok(low)
    }

    fn place(&self, connection: &Connection, seq: Seq) -> Result<Place> {
        let mut statement = connection.prepare_cached(
            "SELECT ms, bytes_before FROM pubsub_entries WHERE log = ?1 AND seq = ?2",
        )?;
        let found = statement
            .query_row((self.no, signed(seq)), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })
            .optional();
        let (ms, bytes) = readable(found)?
            .ok_or_else(|| damaged(format!("entry {seq} of log {} is missing", self.no)))?;
        Ok(Place {
            ms: unsigned(ms)?,
            bytes_before: unsigned(bytes)?,
        })
    }

    pub(super) fn marks(&self, floor: Seq) -> Marks {
        Marks {
            epoch: self.epoch,
            head: self.head,
            head_anchor: Some(self.head_anchor),
            trimmed_through: floor,
        }
    }

    /// Sees that the entries end where the row says; a file whose parts are of different moments is noticed here.
    pub(super) fn check_tail(&self, connection: &Connection) -> Result<()> {
        let newest = connection
            .prepare_cached(
                "SELECT seq, id FROM pubsub_entries WHERE log = ?1 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([self.no], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Uuid16>(1)?))
            })
            .optional();
        let sound = match readable(newest)? {
            Some((seq, id)) => seq == signed(self.head) && anchor(id.0) == self.head_anchor,
            None => self.trimmed_through == self.head,
        };
        if sound && self.trimmed_through <= self.head {
            return Ok(());
        }
        Err(damaged(format!(
            "log {} does not end where its row says",
            self.no
        )))
    }

    /// Where an id stands, given what is gone for readers.
    pub(super) fn locate(
        &self,
        connection: &Connection,
        id: Uuid,
        floor: Seq,
        clock: Timestamp,
    ) -> Result<Located> {
        let found = connection
            .prepare_cached("SELECT seq FROM pubsub_ids WHERE log = ?1 AND id = ?2")?
            .query_row((self.no, id.as_bytes()), |row| row.get::<_, i64>(0))
            .optional();
        let Some(seq) = readable(found)?.map(unsigned).transpose()? else {
            return Ok(Located::Unknown);
        };
        if seq > self.head {
            return Err(damaged(format!(
                "an id of log {} is past its head",
                self.no
            )));
        }
        if seq > floor {
            let stored = connection
                .prepare_cached("SELECT id FROM pubsub_entries WHERE log = ?1 AND seq = ?2")?
                .query_row((self.no, signed(seq)), |row| row.get::<_, Uuid16>(0))
                .optional();
            // A place that is wrong would be resumed at, silently.
            return match readable(stored)? {
                Some(stored) if stored.0 == id => Ok(Located::At(seq)),
                _ => Err(damaged(format!(
                    "an id of log {} stands at another place",
                    self.no
                ))),
            };
        }
        let kept_since = self
            .now(clock)
            .saturating_sub(self.retention_ms.saturating_mul(2));
        let forgotten = seq <= floor.saturating_sub(MAX_TRIMMED)
            || self.gone_since(connection, seq)? < kept_since;
        Ok(if forgotten {
            Located::Unknown
        } else {
            Located::Trimmed(seq)
        })
    }

    /// When an entry was trimmed; of one that is not deleted yet, when its time was over.
    fn gone_since(&self, connection: &Connection, seq: Seq) -> Result<u64> {
        let deleted = connection
            .prepare_cached("SELECT ms FROM pubsub_trimmed WHERE log = ?1 AND seq = ?2")?
            .query_row((self.no, signed(seq)), |row| row.get::<_, i64>(0))
            .optional();
        match readable(deleted)? {
            Some(ms) => unsigned(ms),
            None if seq <= self.trimmed_through => Ok(0),
            None => Ok(self
                .place(connection, seq)?
                .ms
                .saturating_add(self.retention_ms)),
        }
    }

    /// Appends one event and moves the row's head, which is not written yet.
    pub(super) fn append(
        &mut self,
        connection: &Connection,
        event: &NewEvent,
        clock: Timestamp,
    ) -> Result<(Appended, Option<Entry>)> {
        let seq = self.head + 1;
        let appended = |row: &Self, seq, duplicate| Appended {
            epoch: row.epoch,
            seq,
            anchor: anchor(event.id),
            duplicate,
        };
        let id = event.id.as_bytes();
        let new = connection
            .prepare_cached(
                "INSERT INTO pubsub_ids (log, id, seq) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute((self.no, id, signed(seq)))?;
        if new == 0 {
            let floor = self.floor(connection, clock)?;
            if let Located::At(seq) | Located::Trimmed(seq) =
                self.locate(connection, event.id, floor, clock)?
            {
                return Ok((appended(self, seq, true), None));
            }
            // Its time is over, and it is about to be removed: the id is new again.
            connection
                .prepare_cached("UPDATE pubsub_ids SET seq = ?3 WHERE log = ?1 AND id = ?2")?
                .execute((self.no, id, signed(seq)))?;
        }
        let entry = Entry {
            seq,
            id: event.id,
            name: event.name.clone(),
            time: Timestamp::from_millis(self.now(clock)),
            anchor: anchor(event.id),
            link: Some(self.head_anchor),
            body: event.body.clone(),
        };
        let bytes_before = self.bytes_total;
        connection
            .prepare_cached(
                "INSERT INTO pubsub_entries (log, seq, id, name, ms, link, bytes_before, checksum, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                self.no,
                signed(seq),
                id,
                event.name.as_ref(),
                signed(entry.time.as_millis()),
                self.head_anchor,
                signed(bytes_before),
                checksum(self.no, &entry, bytes_before),
                event.body.as_ref(),
            )).map_err(|error| match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::ConstraintViolation) => {
                    damaged(format!("log {} goes on past its head", self.no))
                }
                _ => error.into(),
            })?;
        self.head = seq;
        self.head_anchor = entry.anchor;
        self.last_ms = entry.time.as_millis();
        self.bytes_total = bytes_before + event.body.len() as u64;
        Ok((appended(self, seq, false), Some(entry)))
    }
}

/// What is asked of an entry without its body.
pub(super) struct Place {
    pub(super) ms: u64,
    pub(super) bytes_before: u64,
}

/// The 16 bytes of an id.
pub(super) struct Uuid16(pub(super) Uuid);

impl rusqlite::types::FromSql for Uuid16 {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(|bytes| Self(Uuid::from_bytes(bytes)))
    }
}

/// A value of another type than was written, or a number out of its range, is damage.
pub(super) fn readable<T>(found: rusqlite::Result<T>) -> Result<T> {
    found.map_err(|error| match error {
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::Utf8Error(..) => damaged(error.to_string()),
        other => other.into(),
    })
}

/// What an entry's row is checked by: the CRC-32 (IEEE 802.3) of everything it holds. It finds damage, not forgery: whoever
/// may write to the file can write a checksum, too.
pub(super) fn checksum(log: i64, entry: &Entry, bytes_before: u64) -> u32 {
    let numbers = [
        log.cast_unsigned(),
        entry.seq,
        entry.time.as_millis(),
        entry.link.unwrap_or(0).into(),
        bytes_before,
    ];
    // In one piece: the checksum of a few bytes costs as much as that of a hundred.
    let mut head = [0; 5 * 8 + 16];
    for (place, number) in head.chunks_exact_mut(8).zip(numbers) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    head[5 * 8..].copy_from_slice(entry.id.as_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&head);
    crc.update(entry.name.as_bytes());
    // No name holds it: what ends a name cannot begin a body.
    crc.update(&[0]);
    crc.update(&entry.body);
    crc.finalize()
}

/// The body of a row, in memory of its own: a page that is dropped gives it back.
pub(super) fn body(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}
