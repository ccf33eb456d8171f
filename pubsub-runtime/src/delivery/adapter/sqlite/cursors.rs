//! The places of consumers, kept in the same file.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Sqlite,
    error::{damaged, signed},
    rows::readable,
};
use crate::{
    services::cursor_store::{CursorStore, StoreFuture, StoredCursor},
    words::{
        envelope::Timestamp,
        error::{Error, ErrorKind, Result},
    },
};

/// The most expired places that are removed at once.
const CHUNK: i64 = 500;
const MAX_KEY_BYTES: usize = 64;
const MAX_CURSOR_BYTES: usize = 1_024;

impl CursorStore for Sqlite {
    fn get(&self, key: String) -> StoreFuture<'_, Option<StoredCursor>> {
        let now = signed(self.shared().clock.now().as_millis());
        Box::pin(self.read_with(move |connection| {
            let found = connection
                .prepare_cached(
                    "SELECT cursor, confirmed FROM pubsub_cursors WHERE key = ?1 AND expires_ms > ?2",
                )?
                .query_row((&key, now), |row| {
                    Ok(StoredCursor {
                        cursor: row.get(0)?,
                        confirmed: row.get(1)?,
                    })
                })
                .optional();
            readable(found)
        }))
    }

    fn put(&self, key: String, cursor: StoredCursor, ttl: Duration) -> StoreFuture<'_, ()> {
        let now = self.shared().clock.now().as_millis();
        let ttl = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        let expires = signed(now.saturating_add(ttl));
        Box::pin(async move {
            if key.len() > MAX_KEY_BYTES || cursor.cursor.len() > MAX_CURSOR_BYTES {
                return Err(Error::new(
                    ErrorKind::PayloadTooLarge,
                    "the place of a consumer takes too many bytes",
                ));
            }
            let put = move |connection: &Connection| -> Result<()> {
                let changed = connection
                    .prepare_cached(
                        "INSERT INTO pubsub_cursors (key, cursor, confirmed, expires_ms) VALUES (?1, ?2, ?3, ?4) \
                         ON CONFLICT (key) DO UPDATE SET cursor = excluded.cursor, \
                         confirmed = excluded.confirmed, expires_ms = excluded.expires_ms",
                    )?
                    .execute((&key, &cursor.cursor, cursor.confirmed, expires))?;
                if changed == 1 {
                    return Ok(());
                }
                Err(damaged("the place of a consumer was not stored"))
            };
            self.write_with(move |tx| put(tx)).await
        })
    }
}

/// Removes places whose time is over.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<()> {
    let now = signed(now.as_millis());
    let any = connection
        .prepare_cached("SELECT 1 FROM pubsub_cursors WHERE expires_ms <= ?1 LIMIT 1")?
        .exists([now])?;
    if any {
        connection
            .prepare_cached(
                "DELETE FROM pubsub_cursors WHERE key IN \
                 (SELECT key FROM pubsub_cursors WHERE expires_ms <= ?1 ORDER BY expires_ms LIMIT ?2)",
            )?
            .execute((now, CHUNK))?;
    }
    Ok(())
}
