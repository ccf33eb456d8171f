//! Ids, times and restarts: what places mean.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use uuid::Uuid;

use super::{
    super::{Dedupe, Durability, Entry, Locate, Located},
    Held,
    fixture::DynFixture,
    scene::{Log, fresh, open, open_as, pass, roomy},
};
use crate::words::{
    clock::{IdSource as _, RandomIds},
    envelope::Timestamp,
};

/// `locate` of each retained id is its seq, of others `Unknown`; never a guess.
pub async fn an_id_is_located_exactly(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let other = open(fixture).await?;
    for round in 0..60 {
        if round % 10 == 0 {
            pass(fixture, Duration::from_millis(20)).await;
        }
        log.append_new().await?;
        other.append_new().await?;
    }
    let reader = log.elsewhere(fixture).await?;
    for Entry { id, seq, .. } in log.all().await? {
        let located = reader.node.locate(log.id.clone(), id).await?;
        ensure!(
            located == Located::At(seq),
            "the event {id} is entry {seq}, and is located {located:?}"
        );
    }
    let mut strangers = vec![
        Uuid::nil(),
        Uuid::max(),
        Uuid::from_u64_pair(fresh(), fresh()),
        RandomIds::default().event_id(log.maker.now()),
        RandomIds::default().event_id(Timestamp::from_millis(1)),
    ];
    strangers.extend(other.all().await?.iter().map(|entry| entry.id));
    for id in strangers {
        let located = log.node.locate(log.id.clone(), id).await?;
        ensure!(
            located == Located::Unknown,
            "{id} was never appended to this log, and is located {located:?}"
        );
    }
    Ok(())
}

/// `seek_time` gives the place before the first entry at or after a time: at, before, between and after all entries.
pub async fn a_time_is_sought_exactly(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    for count in [1, 3, 1, 2] {
        log.append_all(log.maker.events(count)).await?;
        pass(fixture, Duration::from_millis(50)).await;
    }
    let entries = log.all().await?;
    let head = log.marks().await?.head;
    let times = entries.iter().flat_map(|entry| {
        let time = entry.time.as_millis();
        [time - 1, time, time + 1]
    });
    for time in times.chain([0, u64::MAX >> 16]) {
        let time = Timestamp::from_millis(time);
        let first = entries.iter().find(|entry| entry.time >= time);
        let expected = first.map_or(head, |entry| entry.seq - 1);
        let place = log.node.seek_time(log.id.clone(), time).await;
        let place = place.with_context(|| format!("seeking {}", time.as_millis()))?;
        ensure!(
            place == expected,
            "the place before the first entry at or after {} is {expected}; `seek_time` gave {place}",
            time.as_millis()
        );
    }
    Ok(())
}

/// After a restart the log is what it was: epoch, entries, ids, and the next position.
pub async fn a_log_survives_a_restart(fixture: &dyn DynFixture) -> Held {
    let spec = roomy();
    let log = open_as(fixture, spec.clone()).await?;
    let events = log.maker.events(7);
    let repeated = events.first().context("no event")?.clone();
    log.append_all(events).await?;
    let (marks, entries) = (log.marks().await?, log.all().await?);
    let maker = log.maker.clone();
    drop(log);
    fixture.restart().await.context("the restart failed")?;
    let log = Log {
        maker,
        ..open_as(fixture, spec).await?
    };
    let (marks_after, entries_after) = (log.marks().await?, log.all().await?);
    ensure!(
        marks_after == marks,
        "the marks were {marks:?}, and are {marks_after:?} after a restart"
    );
    ensure!(
        entries_after == entries,
        "the log had {} entries, and has {} or others after a restart",
        entries.len(),
        entries_after.len()
    );
    if log.can.dedupe == Dedupe::Retention {
        let again = log.append(repeated.clone()).await?;
        ensure!(
            again.duplicate && Some(again.seq) == entries.first().map(|entry| entry.seq),
            "an id from before the restart was appended again, and answered {again:?}"
        );
    }
    if log.can.locate != Locate::No {
        let located = log.node.locate(log.id.clone(), repeated.id).await?;
        ensure!(
            Some(located) == entries.first().map(|entry| Located::At(entry.seq)),
            "an id from before the restart is located {located:?}"
        );
    }
    let mut feed = log.follow().await?;
    let next = log.append_new().await?;
    ensure!(
        next.seq > marks.head && (!log.can.contiguous_seq || next.seq == marks.head + 1),
        "the head was {} before the restart, and the next entry is {}",
        marks.head,
        next.seq
    );
    feed.take(1).await?;
    Ok(())
}

/// A log that is gone after a restart has another epoch: an old place is never taken for a new one.
pub async fn a_lost_log_has_another_epoch(fixture: &dyn DynFixture) -> Held {
    let spec = roomy();
    let log = open_as(fixture, spec.clone()).await?;
    let appended = log.append_new().await?;
    drop(log);
    fixture.restart().await.context("the restart failed")?;
    let marks = open_as(fixture, spec).await?.marks().await?;
    ensure!(
        marks.epoch != appended.epoch,
        "a restart lost the log ({marks:?}), and its epoch is the same: an old place means another entry"
    );
    Ok(())
}

/// What was acknowledged is there after the engine ends in the middle of appends.
pub async fn acknowledged_appends_survive_a_crash(fixture: &dyn DynFixture) -> Held {
    let spec = roomy();
    let log = open_as(fixture, spec.clone()).await?;
    ensure!(
        log.can.durability >= Durability::ProcessCrash,
        "logs are promised to survive a restart, and acknowledged appends are not"
    );
    let acknowledged = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let writer = log.elsewhere(fixture).await?;
        let acknowledged = acknowledged.clone();
        writers.spawn(async move {
            loop {
                let event = writer.maker.event();
                if let Ok(appended) = writer.append(event.clone()).await
                    && let Ok(mut acknowledged) = acknowledged.lock()
                {
                    acknowledged.push((event.id, appended.seq));
                }
                // An engine in memory never waits, and what never waits cannot be ended.
                tokio::task::yield_now().await;
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    writers.shutdown().await;
    drop(log);
    fixture.restart().await.context("the restart failed")?;
    let log = open_as(fixture, spec).await?;
    let stored = log.all().await?;
    let acknowledged = acknowledged.lock().map_or(Vec::new(), |all| all.clone());
    ensure!(
        !acknowledged.is_empty(),
        "no append was acknowledged in 300 ms"
    );
    for (id, seq) in acknowledged {
        ensure!(
            stored
                .iter()
                .any(|entry| (entry.id, entry.seq) == (id, seq)),
            "{id} was acknowledged at {seq}, and is not there after the engine ended and came back"
        );
    }
    Ok(())
}
