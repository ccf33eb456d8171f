//! Pages and marks.

use anyhow::{Context as _, ensure};

use super::{
    Held,
    fixture::DynFixture,
    scene::{ROOM, open},
};

/// Pages of 1, 7, 100 and 10,000 concatenate to the same log, also while others append.
pub async fn pages_concatenate_to_the_log(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    for count in [1, 150, 30, 19] {
        log.append_all(log.maker.events(count)).await?;
    }
    let whole = log.all_by(10_000).await?;
    ensure!(whole.len() == 200, "200 events, {} entries", whole.len());
    let writer = log.clone();
    let writing = tokio::spawn(async move {
        for _ in 0..20 {
            writer.append_new().await?;
        }
        anyhow::Ok(())
    });
    for limit in [1, 7, 100] {
        let pages = log.all_by(limit).await?;
        ensure!(
            pages.get(..200) == Some(whole.as_slice()),
            "pages of {limit} give another log than one page of 10,000"
        );
    }
    writing.await?
}

/// `limit` is never exceeded, and 0 gives marks alone; `max_bytes` ends a page, but never before its first entry; a place beyond
/// the head has no entries.
pub async fn the_limits_of_a_page_hold(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let body = format!("\"{}\"", "x".repeat(998));
    let events = (0..10).map(|_| log.maker.event_of(body.clone())).collect();
    let appended = log.append_all(events).await?;
    let head = appended.last().context("no answer")?.seq;
    let none = log.read(0, 0, ROOM).await?;
    ensure!(
        none.entries.is_empty() && none.marks.head == head,
        "a read of 0 entries gave {none:?}"
    );
    for max_bytes in [0, 1, 999] {
        let page = log.read(0, 10, max_bytes).await?;
        ensure!(
            page.entries.len() == 1,
            "bodies of 1,000 bytes, and a page of {max_bytes} bytes has {} entries instead of 1",
            page.entries.len()
        );
    }
    let page = log.read(0, 10, 5_000).await?;
    ensure!(
        (2..=6).contains(&page.entries.len()),
        "bodies of 1,000 bytes, and a page of 5,000 bytes has {} entries",
        page.entries.len()
    );
    for after in [head, head + 1, u64::MAX / 2, u64::MAX] {
        let page = log
            .node
            .read(log.id.clone(), after, 10, ROOM)
            .await
            .with_context(|| format!("a read after {after}"))?;
        ensure!(
            page.entries.is_empty() && page.marks.head == head,
            "a read after {after}, the head being {head}, gave {page:?}"
        );
    }
    Ok(())
}

/// An empty log has head, anchor and trim mark 0 and no entries, and its feed tells the first.
pub async fn an_empty_log_is_a_log(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let marks = log.marks().await?;
    ensure!(
        (marks.head, marks.trimmed_through) == (0, 0)
            && (!log.can.links || marks.head_anchor == Some(0)),
        "an empty log has the marks {marks:?}"
    );
    if log.can.history {
        let page = log.read(0, 10, ROOM).await?;
        ensure!(
            page.entries.is_empty() && page.marks == marks,
            "an empty log has the page {page:?}"
        );
    }
    let mut feed = log.follow().await?;
    feed.nothing_more().await?;
    let appended = log.append_new().await?;
    let told = feed.take(1).await?;
    ensure!(
        told.first().is_some_and(|entry| entry.seq == appended.seq),
        "the first entry of a log is {appended:?}; its feed told {told:?}"
    );
    Ok(())
}
