//! What is trimmed, when, and how it is told.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::{
    super::{ChannelSpec, Locate, Located},
    Held,
    fixture::DynFixture,
    scene::{Log, Looks, Maker, ROOM, eventually, open_as, pass, roomy},
};

/// Nothing older than the retention is returned, the marks tell it, and the log goes on where it was.
pub async fn nothing_old_is_returned(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        retention: Duration::from_secs(4),
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    let old = log.maker.events(5);
    let oldest = old.first().context("no event")?.id;
    let old = log.append_all(old).await?;
    pass(fixture, Duration::from_secs(3)).await;
    let young = log.append_all(log.maker.events(5)).await?;
    pass(fixture, Duration::from_secs(2)).await;
    let page = log.read(0, 100, ROOM).await?;
    let seqs: Vec<_> = page.entries.iter().map(|entry| entry.seq).collect();
    let expected: Vec<_> = young.iter().map(|appended| appended.seq).collect();
    ensure!(
        seqs == expected,
        "entries stay for 4 s; of five that are 5 s old and five that are 2 s old, the log has {seqs:?} instead of {expected:?}"
    );
    let trimmed = old.last().context("no answer")?.seq;
    ensure!(
        page.marks.trimmed_through == trimmed,
        "retention has removed what is up to {trimmed}, and the marks say {}",
        page.marks.trimmed_through
    );
    if log.can.locate != Locate::No {
        let located = log.node.locate(log.id.clone(), oldest).await?;
        ensure!(
            !matches!(located, Located::At(_)),
            "an event that retention has removed is located: {located:?}"
        );
    }
    all_gone(&log, fixture).await
}

async fn all_gone(log: &Log, fixture: &dyn DynFixture) -> Held {
    let before = log.marks().await?;
    pass(fixture, Duration::from_secs(5)).await;
    let marks = log.marks().await?;
    let page = log.read(0, 100, ROOM).await?;
    ensure!(
        page.entries.is_empty() && page.marks == marks,
        "everything is older than the retention; the marks are {marks:?}, and the page is {page:?}"
    );
    ensure!(
        (marks.epoch, marks.head, marks.head_anchor)
            == (before.epoch, before.head, before.head_anchor)
            && marks.trimmed_through == marks.head,
        "a log whose entries are all removed keeps its epoch and head, and says that all of it was trimmed; \
         the marks went from {before:?} to {marks:?}"
    );
    let mut feed = log.follow().await?;
    let appended = log.append_new().await?;
    ensure!(
        appended.seq > marks.head && (!log.can.contiguous_seq || appended.seq == marks.head + 1),
        "the next entry of a log whose head was {} is {}",
        marks.head,
        appended.seq
    );
    // The follower proves the link to the removed head.
    feed.take(1).await?;
    Ok(())
}

/// A log keeps its newest `max_events` entries, no more and no less, and the marks never fall.
pub async fn the_newest_entries_stay(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        max_events: 10,
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    let mut before = 0;
    for round in 1..=25 {
        let appended = log.append_new().await?;
        let trimmed = log.marks().await?.trimmed_through;
        ensure!(
            trimmed >= before,
            "`trimmed_through` fell from {before} to {trimmed}"
        );
        ensure!(
            trimmed <= appended.seq.saturating_sub(10) || !log.can.contiguous_seq,
            "after {round} events of a log that keeps 10, what is up to {trimmed} was trimmed"
        );
        before = trimmed;
    }
    let kept = |count: usize| {
        let log = &log;
        move || async move { Ok(log.all().await?.len() == count) }
    };
    eventually("a log that keeps 10 has 10 entries", kept(10)).await?;
    let page = log.read(0, 100, ROOM).await?;
    explained(&log, &page)
}

/// A log keeps its newest `max_bytes` of bodies, and the marks tell what is gone.
pub async fn the_newest_bytes_stay(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        max_bytes: 10_000,
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    let body = format!("\"{}\"", "x".repeat(998));
    for _ in 0..25 {
        log.append(log.maker.event_of(body.clone())).await?;
        let kept = log.all().await?.len();
        ensure!(
            kept >= 1,
            "a log of 10,000 bytes dropped its newest body of 1,000"
        );
    }
    eventually("a log of 10,000 bytes has ten bodies of 1,000", || async {
        Ok(log.all().await?.len() == 10)
    })
    .await?;
    let page = log.read(0, 100, ROOM).await?;
    explained(&log, &page)
}

/// At rest, what a page begins after is exactly what the marks call trimmed.
fn explained(log: &Log, page: &super::super::Page) -> Result<()> {
    let first = page.entries.first().context("the page is empty")?.seq;
    ensure!(
        !log.can.contiguous_seq || page.marks.trimmed_through + 1 == first,
        "the oldest entry is {first}, and the marks say that what is up to {} was trimmed",
        page.marks.trimmed_through
    );
    Ok(())
}

/// Trims that race with a read are seen: no page has a hole that its marks do not explain.
pub async fn a_racing_trim_is_told(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        max_events: 20,
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    let (writer, reader) = (log.clone(), log.elsewhere(fixture).await?);
    let looks = Looks::default();
    let seen = looks.clone();
    let writing = tokio::spawn(async move { looks.write(&writer, 7).await });
    let (mut after, mut known) = (0, 0);
    while !writing.is_finished() {
        // A reader that is slower than the writer: its place is often trimmed away. `read` checks the page.
        let page = reader.read(after, 5, ROOM).await?;
        ensure!(
            page.marks.trimmed_through >= known,
            "`trimmed_through` fell from {known} to {}",
            page.marks.trimmed_through
        );
        known = page.marks.trimmed_through;
        after = page
            .entries
            .last()
            .map_or(after.max(known), |last| last.seq);
        seen.note(page.marks.head);
        tokio::task::yield_now().await;
    }
    writing.await?
}

/// A clock that steps back neither trims early nor stores an entry before its predecessor.
pub async fn a_clock_may_step_back(fixture: &dyn DynFixture) -> Held {
    let Some(clock) = fixture.clock() else {
        return Ok(());
    };
    let spec = ChannelSpec {
        retention: Duration::from_mins(1),
        ..roomy()
    };
    let log = open_as(fixture, spec).await?;
    log.append_new().await?;
    clock.step_back(Duration::from_hours(1));
    // A publisher that starts now: its ids tell the earlier time, too.
    log.append(Maker::new(fixture).event()).await?;
    let mut feed = log.follow().await?;
    log.append_new().await?;
    feed.take(1).await?;
    // `read` checks that times rise.
    let kept = log.all().await?.len();
    ensure!(
        kept == 3,
        "the clock stepped back an hour, and {} of 3 entries were trimmed",
        3 - kept
    );
    Ok(())
}
