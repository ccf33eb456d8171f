//! What the adapter is asked for: the calls of [`Adapter`], on the writer and the readers.

use std::{
    sync::{Arc, atomic::Ordering as Atomic},
    time::Duration,
};

use rusqlite::Connection;
use uuid::Uuid;

use super::{
    super::{
        Adapter, Appended, Batch, Capabilities, ChannelSpec, Dedupe, Feed, Health, Locate, Located,
        LogId, Marks, NewEvent, Ordering, Page,
    },
    MAX_EVENT_BYTES, Sqlite,
    error::{Failure, signed, unavailable},
    read::{self, Wanted},
    rows::LogRow,
    transaction::check_size,
};
use crate::{
    services::cursor_store::CursorStore,
    words::{cursor::Seq, envelope::Timestamp, error::Result},
};

/// How long the question for health may take.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(1);

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
