//! Live feeds: everything after the confirmation, or a `Reset`.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::{
    super::{Entry, Seq},
    Held,
    fixture::DynFixture,
    scene::{Log, PATIENCE, open, open_as, roomy},
};

/// Once `feed` has resolved, the next append is told, also if it comes before the first poll; on each of many feeds.
pub async fn a_feed_tells_every_later_append(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let writer = log.elsewhere(fixture).await?;
    for round in 0..200 {
        let mut feed = log.follow().await?;
        let event = writer.maker.event();
        let appended = writer.append(event.clone()).await?;
        let told = feed.take(1).await.with_context(|| {
            format!("round {round}: {appended:?} came after `feed` had resolved")
        })?;
        ensure!(
            told.first().is_some_and(|entry| entry.id == event.id),
            "round {round}: {} was appended after `feed` had resolved, and the feed told {told:?}",
            event.id
        );
    }
    Ok(())
}

/// A feed that was quiet for longer than any inner poll tells the next append.
pub async fn a_quiet_feed_wakes(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let writer = log.elsewhere(fixture).await?;
    let mut feed = log.follow().await?;
    for _ in 0..3 {
        feed.nothing_more().await?;
        // Appended between two polls of a feed that has waited before.
        let appended = writer.append_new().await?;
        let told = feed.take(1).await?;
        ensure!(
            told.first().is_some_and(|entry| entry.seq == appended.seq),
            "{appended:?} was appended to a quiet log, and the feed told {told:?}"
        );
        let waiting = tokio::spawn(async move {
            let told = feed.take(1).await;
            (feed, told)
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        writer.append_new().await?;
        let (back, told) = waiting.await?;
        told.context("the feed was waiting when the event was appended")?;
        feed = back;
    }
    Ok(())
}

/// Two feeds of one log get everything; one that is never polled slows neither the other nor appends.
pub async fn feeds_do_not_wait_for_each_other(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let never_polled = log.follow().await?;
    let (mut one, mut two) = (log.follow().await?, log.follow().await?);
    let appends = async {
        for _ in 0..100 {
            log.append_all(log.maker.events(5)).await?;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(2 * PATIENCE, appends)
        .await
        .context("appends wait for a feed that is never polled")??;
    let (one, two) = (one.take(500).await?, two.take(500).await?);
    ensure!(one == two, "two feeds of one log told different entries");
    drop(never_polled);
    Ok(())
}

/// A feed that is not polled while 20,000 events are appended tells all of them, or says `Reset`; never a silent hole.
pub async fn a_late_feed_tells_all_or_resets(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut feed = log.follow().await?;
    for _ in 0..100 {
        log.append_all(log.maker.events(200)).await?;
    }
    let head = log.marks().await?.head;
    let told = feed.take_through(head).await?;
    ensure!(
        told.len() == 20_000 || !log.can.history,
        "20,000 events were appended; feed and storage together told {}, after {} resets",
        told.len(),
        feed.resets
    );
    Ok(())
}

/// A feed that retention has overtaken says `Reset`, goes on after it, and the marks explain what is gone.
pub async fn an_overtaken_feed_resets(fixture: &dyn DynFixture) -> Held {
    let spec = super::super::ChannelSpec {
        max_events: 5,
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    let mut feed = log.follow().await?;
    for _ in 0..40 {
        log.append_new().await?;
    }
    let head = log.marks().await?.head;
    feed.take_through(head).await?;
    let appended = log.append_new().await?;
    let told = feed.take(1).await?;
    ensure!(
        told.first().is_some_and(|entry| entry.seq == appended.seq),
        "after a `Reset` the feed told {told:?} instead of {appended:?}"
    );
    Ok(())
}

/// What a feed tells is what `read` returns: id, name, body, seq, anchor, link and time.
pub async fn a_feed_tells_what_is_stored(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut feed = log.follow().await?;
    for count in [1, 2, 7, 1, 30] {
        log.append_all(log.maker.events(count)).await?;
    }
    let (told, stored) = (feed.take(41).await?, log.all().await?);
    for (told, stored) in told.iter().zip(&stored) {
        ensure!(
            told == stored,
            "the feed told {told:?}; stored is {stored:?}"
        );
    }
    feed.nothing_more().await?;
    ensure!(stored.len() == 41, "41 events, {} entries", stored.len());
    Ok(())
}

/// Three handles that each open a feed, read up to the head and go on by the feed have each event exactly once, while others append.
pub async fn read_and_feed_join_without_a_seam(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let writer = log.clone();
    let writing = tokio::spawn(async move {
        for _ in 0..200 {
            writer.append_all(writer.maker.events(2)).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        writer.append_new().await
    });
    let mut readers = Vec::new();
    for _ in 0..3 {
        let reader = log.elsewhere(fixture).await?;
        readers.push(tokio::spawn(async move { joined(&reader, 401).await }));
    }
    writing.await??;
    for reader in readers {
        let seqs = reader.await??;
        let expected: Vec<Seq> = log.all().await?.iter().map(|entry| entry.seq).collect();
        ensure!(
            seqs == expected,
            "read and feed together gave {} entries of {}, or another order",
            seqs.len(),
            expected.len()
        );
    }
    Ok(())
}

async fn joined(reader: &Log, count: usize) -> anyhow::Result<Vec<Seq>> {
    let mut feed = reader.follow().await?;
    let mut entries: Vec<Entry> = Vec::new();
    while entries.last().map_or(0, |last| last.seq) < feed.last {
        let after = entries.last().map_or(0, |last| last.seq);
        let page = reader.read(after, 50, 1 << 30).await?;
        ensure!(
            !page.entries.is_empty(),
            "the head is {}, and a read after {after} has nothing",
            feed.last
        );
        let wanted = page
            .entries
            .into_iter()
            .filter(|entry| entry.seq <= feed.last);
        entries.extend(wanted);
    }
    // What is appended between the pages and the first poll is the feed's to keep.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let rest = count.saturating_sub(entries.len());
    entries.extend(feed.take(rest).await?);
    Ok(entries.iter().map(|entry| entry.seq).collect())
}

/// Dropping a feed with items pending does not disturb another feed of the log.
pub async fn a_dropped_feed_disturbs_nobody(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut stays = log.follow().await?;
    for round in 0..20 {
        let mut goes = log.follow().await?;
        log.append_all(log.maker.events(3)).await?;
        if round % 2 == 0 {
            goes.take(1).await?;
        }
        drop(goes);
        stays
            .take(3)
            .await
            .with_context(|| format!("round {round}: another feed of the log was dropped"))?;
    }
    Ok(())
}

/// A feed tells what is appended to its own log only.
pub async fn a_feed_is_one_logs_own(fixture: &dyn DynFixture) -> Held {
    let one = open(fixture).await?;
    let two = one.beside().await?;
    let (mut feed_one, mut feed_two) = (one.follow().await?, two.follow().await?);
    let batch = |log: &Log| (log.id.clone(), log.maker.event());
    let events = vec![batch(&one), batch(&two), batch(&one)];
    one.node.append(events).await.context("append failed")?;
    feed_one.take(2).await?;
    feed_two.take(1).await?;
    feed_one.nothing_more().await?;
    feed_two.nothing_more().await
}
