//! Durable appends by group commit beside one row a commit, and reading from a cursor.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use pubsub_runtime::{
    Clock as _, IdSource as _, RandomIds, SystemClock,
    adapter::{Adapter as _, ChannelSpec, LogId, NewEvent, Sqlite},
};
use rusqlite::{Connection, params};
use tokio::{runtime, task::JoinSet};
use uuid::Uuid;

use super::table::{Table, Target, median};

const PRODUCERS: usize = 64;
const TIME: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// The body of an event, in bytes.
const BODY_BYTES: usize = 400;
/// The entries that are read, and how many at once.
const READ_ENTRIES: usize = 200_000;
const PAGE: usize = 256;
const PAGE_BYTES: usize = 1 << 20;

pub(super) fn measure(folder: &Path, table: &mut Table) -> Result<()> {
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let (mut grouped, mut single) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let file = folder.join(format!("grouped-{round}.db"));
        grouped.push(runtime.block_on(append_grouped(&file))?);
        single.push(insert_one_a_commit(
            &folder.join(format!("single-{round}.db")),
        )?);
    }
    let (grouped, single) = (median(grouped), median(single));
    table.add(
        &format!("SQLite: durable appends, {PRODUCERS} producers"),
        grouped,
        "/s",
        &format!(
            "{single:.0} /s with one row a commit: {:.1} ×",
            grouped / single
        ),
        Target::AtLeast(10_000.0),
    );
    let (read, selected) = runtime.block_on(read_pages(&folder.join("read.db")))?;
    table.add(
        "SQLite: entries read from a cursor",
        read,
        "/s",
        &format!(
            "pages of {PAGE}; {selected:.0} /s by a bare SELECT of the same pages: {:.2} ×",
            read / selected
        ),
        Target::AtLeast(500_000.0),
    );
    Ok(())
}

fn event(ids: &RandomIds) -> NewEvent {
    let time = SystemClock.now();
    NewEvent {
        id: ids.event_id(time),
        name: "orders:created".into(),
        time,
        key: None,
        body: vec![b'x'; BODY_BYTES].into(),
    }
}

async fn open(file: &Path) -> Result<(Arc<Sqlite>, LogId)> {
    let adapter = Sqlite::open(file)?;
    let spec = ChannelSpec::new("orders", Duration::from_hours(24), 10_000_000, 1 << 40);
    let logs = adapter.open(spec).await?;
    let log = logs.into_iter().next().context("a channel has a log")?;
    Ok((Arc::new(adapter), log))
}

/// Appends of many producers, each the next when the last is acknowledged.
async fn append_grouped(file: &Path) -> Result<f64> {
    let (adapter, log) = open(file).await?;
    let stopped = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let mut producers = JoinSet::new();
    for _ in 0..PRODUCERS {
        let (adapter, log, stopped) = (Arc::clone(&adapter), log.clone(), Arc::clone(&stopped));
        producers.spawn(async move {
            let (ids, mut acknowledged) = (RandomIds::default(), Vec::new());
            while !stopped.load(Relaxed) {
                let event = event(&ids);
                let id = event.id;
                let appended = adapter.append(vec![(log.clone(), event)]).await?;
                acknowledged.push((appended.first().context("an answer")?.seq, id));
            }
            anyhow::Ok(acknowledged)
        });
    }
    tokio::time::sleep(TIME).await;
    stopped.store(true, Relaxed);
    let mut acknowledged = Vec::new();
    while let Some(producer) = producers.join_next().await {
        acknowledged.extend(producer??);
    }
    let rate = per_second(acknowledged.len(), start.elapsed());

    // What was acknowledged is there, each once, at the place that was told.
    acknowledged.sort_unstable();
    let stored = read_all(&adapter, &log).await?;
    ensure!(
        stored == acknowledged,
        "lost or doubled: {} events were acknowledged, {} are stored, or at other places",
        acknowledged.len(),
        stored.len()
    );
    adapter.shutdown(Duration::from_secs(5)).await?;
    Ok(rate)
}

async fn read_all(adapter: &Sqlite, log: &LogId) -> Result<Vec<(u64, Uuid)>> {
    let mut stored = Vec::new();
    loop {
        let after = stored.last().map_or(0, |(seq, _)| *seq);
        let page = adapter.read(log.clone(), after, PAGE, PAGE_BYTES).await?;
        if page.entries.is_empty() {
            return Ok(stored);
        }
        stored.extend(page.entries.iter().map(|entry| (entry.seq, entry.id)));
    }
}

/// Entries a second: through the adapter, and by a connection that only selects the same pages.
async fn read_pages(file: &Path) -> Result<(f64, f64)> {
    let (adapter, log) = open(file).await?;
    let ids = RandomIds::default();
    for _ in 0..READ_ENTRIES / 1_000 {
        let batch = (0..1_000).map(|_| (log.clone(), event(&ids))).collect();
        adapter.append(batch).await?;
    }
    let (mut rates, mut bare) = (Vec::new(), Vec::new());
    let connection = Connection::open(file)?;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let read = read_all(&adapter, &log).await?;
        rates.push(per_second(read.len(), start.elapsed()));
        let start = Instant::now();
        let selected = select_all(&connection)?;
        bare.push(per_second(selected, start.elapsed()));
        ensure!(
            (read.len(), selected) == (READ_ENTRIES, READ_ENTRIES),
            "lost: {} of {READ_ENTRIES} entries were read, and {selected} rows selected",
            read.len()
        );
    }
    adapter.shutdown(Duration::from_secs(5)).await?;
    Ok((median(rates), median(bare)))
}

/// What every reader of these rows pays: the columns of each page, and a copy of the body; nothing is checked.
fn select_all(connection: &Connection) -> Result<usize> {
    let mut select = connection.prepare(
        "SELECT seq, id, name, ms, body FROM pubsub_entries WHERE log = 1 AND seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
    let (limit, mut last, mut count) = (i64::try_from(PAGE)?, 0, 0);
    loop {
        let page = select.query_map(params![last, limit], |row| {
            let (seq, ms): (i64, i64) = (row.get(0)?, row.get(3)?);
            let (id, name): ([u8; 16], String) = (row.get(1)?, row.get(2)?);
            let body: Vec<u8> = row.get(4)?;
            Ok((seq, id, name, ms, body))
        })?;
        let page = page.collect::<rusqlite::Result<Vec<_>>>()?;
        let Some((seq, ..)) = page.last() else {
            return Ok(count);
        };
        last = *seq;
        count += page.len();
    }
}

/// The same rows, one commit each, on a connection of one's own.
fn insert_one_a_commit(file: &Path) -> Result<f64> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch(
        "CREATE TABLE logs (log INTEGER PRIMARY KEY, head INTEGER NOT NULL, anchor INTEGER NOT NULL) STRICT;
         CREATE TABLE entries (log INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, name TEXT NOT NULL,
            ms INTEGER NOT NULL, link INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (log, seq)) STRICT, WITHOUT ROWID;
         CREATE TABLE ids (log INTEGER NOT NULL, id BLOB NOT NULL, seq INTEGER NOT NULL,
            PRIMARY KEY (log, id)) STRICT, WITHOUT ROWID;
         INSERT INTO logs VALUES (1, 0, 0);",
    )?;
    // On a thread of its own, as the writer of the adapter is.
    let inserting = thread::spawn(move || {
        let (ids, start) = (RandomIds::default(), Instant::now());
        let mut count = 0;
        while start.elapsed() < TIME {
            insert(&connection, &event(&ids))?;
            count += 1;
        }
        anyhow::Ok(per_second(count, start.elapsed()))
    });
    inserting.join().ok().context("the inserting thread")?
}

fn insert(connection: &Connection, event: &NewEvent) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    let id = event.id.as_bytes();
    transaction
        .prepare_cached("UPDATE logs SET head = head + 1, anchor = ?1 WHERE log = 1")?
        .execute([7])?;
    let insert = "INSERT INTO entries SELECT 1, head, ?1, ?2, ?3, ?4, ?5 FROM logs WHERE log = 1";
    transaction.prepare_cached(insert)?.execute(params![
        id,
        &*event.name,
        1,
        7,
        &event.body[..]
    ])?;
    transaction
        .prepare_cached("INSERT INTO ids SELECT 1, ?1, head FROM logs WHERE log = 1")?
        .execute(params![id])?;
    transaction.commit()
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
