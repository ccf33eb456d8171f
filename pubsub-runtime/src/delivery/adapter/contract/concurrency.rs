//! Many tasks and several handles at once.

use std::{
    future::Future,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, future::poll_fn};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    super::{Feed, LogId, NewEvent, Ordering, Seq},
    Held,
    fixture::DynFixture,
    random::Random,
    scene::{Log, ROOM, eventually, fresh, open},
};

/// 64 tasks over 4 handles append 50 events each: every acknowledged id is there exactly once, at the seq it was given.
pub async fn every_acknowledged_event_is_there_once(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut acknowledged = append_from_many(fixture, &log, 64, 50).await?;
    let mut stored: Vec<_> = log
        .all()
        .await?
        .iter()
        .map(|entry| (entry.seq, entry.id))
        .collect();
    acknowledged.sort_unstable();
    stored.sort_unstable();
    let missing = acknowledged
        .iter()
        .find(|place| stored.binary_search(place).is_err());
    ensure!(
        missing.is_none(),
        "{missing:?} was acknowledged, and is not there ({} acknowledged, {} stored)",
        acknowledged.len(),
        stored.len()
    );
    ensure!(
        stored.len() == acknowledged.len(),
        "{} appends were acknowledged, and {} entries are stored",
        acknowledged.len(),
        stored.len()
    );
    Ok(())
}

async fn append_from_many(
    fixture: &dyn DynFixture,
    log: &Log,
    tasks: usize,
    each: usize,
) -> Result<Vec<(Seq, Uuid)>> {
    let mut handles = Vec::new();
    for _ in 0..4 {
        handles.push(log.elsewhere(fixture).await?);
    }
    let mut appending = JoinSet::new();
    for handle in handles.iter().cycle().take(tasks) {
        let writer = handle.clone();
        appending.spawn(async move {
            let mut places = Vec::with_capacity(each);
            for _ in 0..each {
                let event = writer.maker.event();
                let id = event.id;
                places.push((writer.append(event).await?.seq, id));
                tokio::task::yield_now().await;
            }
            anyhow::Ok(places)
        });
    }
    let mut all = Vec::new();
    while let Some(places) = appending.join_next().await {
        all.extend(places??);
    }
    Ok(all)
}

/// Four publishers, three feeds and every read: all see one order, and each publisher's own order in it.
pub async fn all_readers_see_one_order(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut feeds = Vec::new();
    for _ in 0..3 {
        feeds.push(log.elsewhere(fixture).await?.follow().await?);
    }
    let mut publishers = JoinSet::new();
    for _ in 0..4 {
        let writer = log.elsewhere(fixture).await?;
        publishers.spawn(async move {
            let mut own = Vec::new();
            for _ in 0..60 {
                let event = writer.maker.event();
                own.push(event.id);
                writer.append(event).await?;
                tokio::task::yield_now().await;
            }
            anyhow::Ok(own)
        });
    }
    let mut orders = Vec::new();
    for feed in &mut feeds {
        orders.push(feed.take(240).await?);
    }
    let stored = log.all().await?;
    if log.can.ordering == Ordering::PerLog {
        for order in &orders {
            ensure!(
                *order == stored,
                "a feed told the entries in another order than `read` returns them"
            );
        }
    }
    while let Some(own) = publishers.join_next().await {
        let own = own??;
        for order in orders.iter().chain([&stored]) {
            let ids = order.iter().map(|entry| entry.id);
            let seen: Vec<_> = ids.filter(|id| own.contains(id)).collect();
            ensure!(
                seen == own,
                "a publisher's events are seen in another order than it appended them, or not all of them"
            );
        }
    }
    Ok(())
}

/// A reader that polls from its cursor skips nothing, however the commits of 16 publishers overlap.
pub async fn a_cursor_skips_nothing(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let reader = log.elsewhere(fixture).await?;
    for round in 0..10 {
        let before = log.marks().await?.head;
        let mut publishers = JoinSet::new();
        for _ in 0..16 {
            let writer = log.clone();
            publishers.spawn(async move {
                let mut random = Random::new(fresh());
                for _ in 0..5 {
                    for _ in 0..random.below(4) {
                        tokio::task::yield_now().await;
                    }
                    let count = 1 + random.below(3);
                    writer.append_all(writer.maker.events(count)).await?;
                }
                anyhow::Ok(())
            });
        }
        let (mut after, mut seen) = (before, 0);
        loop {
            let finished = publishers.is_empty();
            let page = reader.read(after, 7, ROOM).await?;
            seen += page.entries.len();
            match page.entries.last() {
                Some(last) => after = last.seq,
                None if finished => break,
                None => tokio::task::yield_now().await,
            }
            while let Some(joined) = publishers.try_join_next() {
                joined??;
            }
        }
        let behind: Vec<_> = log.all().await?;
        let stored = behind.iter().filter(|entry| entry.seq > before).count();
        ensure!(
            seen == stored,
            "round {round}: a reader that went from page to page while others appended saw {seen} of {stored} entries"
        );
    }
    Ok(())
}

/// An idle feed does not slow appends: they take at most four times as long and 20 ms more.
pub async fn an_idle_feed_does_not_slow_appends(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let without = usual_time(&log).await?;
    let mut feed = open(fixture).await?.follow().await?;
    let waiting = tokio::spawn(async move { feed.take(1).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let with = usual_time(&log).await?;
    waiting.abort();
    ensure!(
        with <= 4 * without + Duration::from_millis(20),
        "an append takes {without:?}, and {with:?} while a feed of another log is open"
    );
    Ok(())
}

/// The median of 50 appends.
async fn usual_time(log: &Log) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        log.append_new().await?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times.get(25).copied().context("no time was taken")
}

/// No call blocks the thread that polls it: at most one poll in twenty takes longer than 10 ms.
pub async fn no_call_blocks_its_thread(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let (node, id) = (&log.node, &log.id);
    let (mut slow, mut polls) = (0_u32, 0_u32);
    let mut record = |took: Duration| {
        polls += 1;
        slow += u32::from(took > Duration::from_millis(10));
    };
    for _ in 0..100 {
        let batch: Vec<(LogId, NewEvent)> = vec![(id.clone(), log.maker.event())];
        timed(node.append(batch), &mut record).await?;
        timed(node.marks(id.clone()), &mut record).await?;
        if log.can.history {
            timed(node.read(id.clone(), 0, 100, ROOM), &mut record).await?;
        }
        let mut feed: Feed = timed(node.feed(id.clone()), &mut record).await?;
        log.append_new().await?;
        timed(feed.next(), &mut record).await;
    }
    ensure!(
        slow * 20 <= polls,
        "{slow} of {polls} polls took longer than 10 ms: slow work belongs on a thread of its own"
    );
    Ok(())
}

/// Runs a future, and notes how long each poll took.
async fn timed<F: Future>(future: F, note: &mut impl FnMut(Duration)) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let began = Instant::now();
        let polled: Poll<_> = future.as_mut().poll(context);
        note(began.elapsed());
        polled
    })
    .await
}

/// An append whose caller went away has happened or not: the log stays whole, and goes on.
pub async fn a_dropped_append_leaves_the_log_whole(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut feed = log.follow().await?;
    let mut random = Random::new(fresh());
    for _ in 0..100 {
        let mut batch = std::pin::pin!(log.append_all(log.maker.events(3)));
        // Polled once, perhaps twice, then dropped.
        for _ in 0..=random.below(2) {
            let polled = poll_fn(|context| Poll::Ready(batch.as_mut().poll(context).is_ready()));
            if polled.await {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let last = log.append_new().await?;
    // What was dropped may still be under way: the log is at rest when its head does not move.
    eventually("the log comes to rest", || async {
        let head = log.marks().await?.head;
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(log.marks().await?.head == head)
    })
    .await?;
    let stored = log.all().await?;
    ensure!(
        stored.iter().any(|entry| entry.seq == last.seq),
        "{last:?} was acknowledged after dropped appends, and is not there"
    );
    let told = feed.take_through(log.marks().await?.head).await?;
    ensure!(
        told == stored,
        "after dropped appends the feed told {} entries, and {} are stored",
        told.len(),
        stored.len()
    );
    Ok(())
}
