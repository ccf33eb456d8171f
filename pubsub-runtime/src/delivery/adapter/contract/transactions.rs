//! Appends in a transaction of the application's own.

use anyhow::{Context as _, ensure};

use super::{
    super::{Locate, Located},
    Held,
    fixture::DynFixture,
    scene::open,
};

/// An append that was rolled back is never seen by feed, read or locate; one that was committed is, and the log goes on from it.
pub async fn a_rolled_back_append_never_was(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    log.append_new().await?;
    let before = log.marks().await?;
    let mut feed = log.follow().await?;
    for commit in [false, true, false] {
        let event = log.maker.event();
        let batch = vec![(log.id.clone(), event.clone())];
        let done = fixture.append_in_transaction(batch, commit).await;
        done.with_context(|| format!("appending in a transaction (commit: {commit})"))?;
        if commit {
            let told = feed.take(1).await?;
            ensure!(
                told.first().is_some_and(|entry| entry.id == event.id),
                "{} was committed, and the feed told {told:?}",
                event.id
            );
            continue;
        }
        feed.nothing_more().await?;
        let stored = log.all().await?;
        ensure!(
            stored.iter().all(|entry| entry.id != event.id),
            "{} was rolled back, and is in the log",
            event.id
        );
        if log.can.locate != Locate::No {
            let located = log.node.locate(log.id.clone(), event.id).await?;
            ensure!(
                located == Located::Unknown,
                "{} was rolled back, and is located {located:?}",
                event.id
            );
        }
    }
    let next = log.append_new().await?;
    feed.take(1).await?;
    ensure!(
        !log.can.contiguous_seq || next.seq == before.head + 2,
        "the head was {}, one append was committed and two rolled back, and the next entry is {}",
        before.head,
        next.seq
    );
    Ok(())
}
