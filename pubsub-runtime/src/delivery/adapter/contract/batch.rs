//! Several events in one append.

use anyhow::{Context as _, ensure};

use super::{
    super::{ChannelSpec, LogId},
    Held,
    fixture::DynFixture,
    scene::{Looks, open, open_as, roomy},
};

/// A batch over several logs keeps the order of each log, and is answered in the order of the batch.
pub async fn a_batch_keeps_its_order(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        partitions: 3,
        ..roomy()
    };
    let log = open_as(fixture, spec.clone()).await?;
    let logs = spec.logs();
    let events = log.maker.events(30);
    let batch: Vec<_> = logs.iter().cycle().cloned().zip(events).collect();
    let appended = log
        .node
        .append(batch.clone())
        .await
        .context("append failed")?;
    ensure!(
        appended.len() == 30,
        "30 events, {} answers",
        appended.len()
    );
    for id in logs {
        let mut last = 0;
        for ((_, event), appended) in batch
            .iter()
            .zip(&appended)
            .filter(|((log, _), _)| *log == id)
        {
            ensure!(
                appended.seq > last && appended.anchor == super::super::anchor(event.id),
                "in {id:?} a later event of the batch was given {} after {last}",
                appended.seq
            );
            last = appended.seq;
        }
    }
    Ok(())
}

/// A batch of which one event cannot be appended leaves nothing, in any log.
pub async fn a_failed_batch_leaves_nothing(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    log.append_new().await?;
    let before = log.marks().await?;
    let good = || (log.id.clone(), log.maker.event());
    let unopened = LogId {
        channel: roomy().channel,
        ..log.id.clone()
    };
    let mut batches = vec![(
        "an event of a channel that was not opened",
        vec![good(), (unopened, log.maker.event()), good()],
    )];
    if let Some(most) = log.can.max_event_bytes {
        let body = format!("\"{}\"", "x".repeat(most));
        let large = (log.id.clone(), log.maker.event_of(body));
        batches.push(("an event that is too large", vec![good(), large, good()]));
    }
    for (what, batch) in batches {
        let added = batch.len() as u64 - 1;
        let answer = log.node.append(batch).await;
        let head = log.marks().await?.head;
        if answer.is_ok() {
            // An engine that needs no opening takes the whole batch.
            ensure!(
                head >= before.head + added,
                "a batch with {what} was answered `Ok`, and is not stored"
            );
            return Ok(());
        }
        ensure!(
            head == before.head,
            "a batch with {what} failed ({answer:?}), and its other events moved the head from {} to {head}",
            before.head
        );
    }
    Ok(())
}

/// Nobody sees a part of a batch: the head never stands inside one.
pub async fn a_batch_is_seen_whole(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let reader = log.elsewhere(fixture).await?;
    let (looks, writer) = (Looks::default(), log.clone());
    let seen = looks.clone();
    let writing = tokio::spawn(async move { looks.write(&writer, 4).await });
    while !writing.is_finished() {
        let head = reader.marks().await?.head;
        ensure!(
            head % 4 == 0,
            "events are appended four at a time, and the head was seen at {head}"
        );
        seen.note(head);
        tokio::task::yield_now().await;
    }
    writing.await?
}
