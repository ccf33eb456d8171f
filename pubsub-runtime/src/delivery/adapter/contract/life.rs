//! Promises, opening, health and the end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    super::{ChannelSpec, Locate},
    Held,
    fixture::DynFixture,
    scene::{Log, PATIENCE, ROOM, connect, eventually, fresh, open, open_as, pass, roomy},
};
use crate::words::error::ErrorKind;

/// `capabilities` answers the same on every handle, before and after use, and after a restart.
pub async fn capabilities_are_constant(fixture: &dyn DynFixture) -> Held {
    let first = connect(fixture).await?;
    let before = first.capabilities();
    let log = open(fixture).await?;
    log.append_new().await?;
    let used = log.node.capabilities();
    ensure!(
        used == before,
        "`capabilities` changed with use: {before:?}, then {used:?}"
    );
    drop((first, log));
    fixture.restart().await.context("the restart failed")?;
    let after = connect(fixture).await?.capabilities();
    ensure!(
        after == before,
        "`capabilities` changed with a restart: {before:?}, then {after:?}"
    );
    Ok(())
}

/// What is not promised answers `NotImplemented`, at once; what is promised never does.
pub async fn what_is_not_promised_is_refused(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let id = log.maker.event().id;
    let began = Instant::now();
    let read = log.node.read(log.id.clone(), 0, 1, ROOM).await;
    refused("read", "history", log.can.history, read.map(drop))?;
    let seek = log.node.seek_time(log.id.clone(), log.maker.now()).await;
    refused("seek_time", "history", log.can.history, seek.map(drop))?;
    let located = log.node.locate(log.id.clone(), id).await;
    let promised = log.can.locate != Locate::No;
    refused("locate", "locate", promised, located.map(drop))?;
    let took = began.elapsed();
    ensure!(
        log.can.history || took < Duration::from_secs(1),
        "refusing what is not promised took {took:?}; it needs no engine"
    );
    Ok(())
}

fn refused(
    call: &str,
    name: &str,
    promised: bool,
    answer: crate::words::error::Result<()>,
) -> Result<()> {
    match (promised, answer) {
        (true, Ok(())) => Ok(()),
        (true, Err(error)) => Err(error)
            .with_context(|| format!("`{name}` is promised, and `{call}` on an empty log failed")),
        (false, Err(error)) if error.kind() == ErrorKind::NotImplemented => Ok(()),
        (false, answer) => {
            bail!(
                "`{name}` is not promised, and `{call}` answered {answer:?} instead of `NotImplemented`"
            )
        }
    }
}

/// Opening a channel from eight tasks at once succeeds, names the same logs, and makes one log: what one appended all see.
pub async fn opening_twice_is_opening_once(fixture: &dyn DynFixture) -> Held {
    let spec = ChannelSpec {
        partitions: 3,
        ..roomy()
    };
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (node, spec) = (connect(fixture).await?, spec.clone());
        tasks.spawn(async move { node.open(spec).await });
    }
    while let Some(opened) = tasks.join_next().await {
        let opened = opened?.context("one of eight concurrent `open` of one channel failed")?;
        ensure!(
            opened == spec.logs(),
            "`open` named {opened:?} instead of {:?}",
            spec.logs()
        );
    }
    let log = open_as(fixture, spec.clone()).await?;
    let appended = log.append_new().await?;
    let again = open_as(fixture, spec).await?;
    let marks = again.marks().await?;
    ensure!(
        (marks.epoch, marks.head) == (appended.epoch, appended.seq),
        "opening a channel again lost its log: {appended:?} was appended, then the marks are {marks:?}"
    );
    Ok(())
}

/// Opening a channel again with other limits changes them, or is refused; it is never ignored.
pub async fn opening_again_changes_the_limits(fixture: &dyn DynFixture) -> Held {
    let name = format!("contract-{:x}", fresh());
    let keep = |seconds, events| {
        ChannelSpec::new(name.as_str(), Duration::from_secs(seconds), events, 1 << 40)
    };
    let log = open_as(fixture, keep(2, 1_000)).await?;
    log.append_all(log.maker.events(10)).await?;
    if let Err(error) = log.node.open(keep(3_600, 1_000)).await {
        ensure!(
            error.kind() != ErrorKind::Unavailable,
            "`open` with a longer retention answers `Unavailable` ({error}), which says to try again"
        );
        return Ok(());
    }
    pass(fixture, Duration::from_secs(3)).await;
    let kept = log.all().await?.len();
    ensure!(
        kept == 10,
        "`open` with a longer retention answered `Ok`, and the old one trimmed {} entries",
        10 - kept
    );
    log.node
        .open(keep(3_600, 4))
        .await
        .context("`open` with a smaller limit failed, with a longer retention it did not")?;
    log.append_new().await?;
    eventually("a smaller limit trims", || async {
        Ok(log.all().await?.len() == 4)
    })
    .await
}

/// A fresh handle is ready, and says so soon.
pub async fn a_fresh_handle_is_ready(fixture: &dyn DynFixture) -> Held {
    let node = connect(fixture).await?;
    eventually("`health` says ready", || async {
        Ok(node.health().await.ready)
    })
    .await
}

/// `shutdown` returns in time; feeds end after what was appended before; later calls are `Unavailable`.
pub async fn shutdown_ends_what_is_open(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let mut feed = log.follow().await?;
    let mut idle = log.follow().await?;
    log.append_all(log.maker.events(3)).await?;
    let (began, deadline) = (Instant::now(), Duration::from_secs(2));
    log.node
        .shutdown(deadline)
        .await
        .context("shutdown failed")?;
    let took = began.elapsed();
    ensure!(
        took <= deadline + Duration::from_secs(1),
        "`shutdown` with {deadline:?} took {took:?}"
    );
    for feed in [&mut feed, &mut idle] {
        let rest = feed.rest().await?;
        ensure!(
            rest.len() == 3 || feed.resets > 0,
            "a feed that was not polled ended with {} of the 3 entries appended before the shutdown",
            rest.len()
        );
    }
    ensure!(
        !log.node.health().await.ready,
        "`health` says ready after the shutdown"
    );
    refuses_all(&log).await
}

async fn refuses_all(log: &Log) -> Held {
    let batch = vec![(log.id.clone(), log.maker.event())];
    let calls = async {
        let (node, id) = (&log.node, &log.id);
        let mut answers = vec![
            ("append", node.append(batch).await.map(drop)),
            ("feed", node.feed(id.clone()).await.map(drop)),
            ("marks", node.marks(id.clone()).await.map(drop)),
            ("open", node.open(roomy()).await.map(drop)),
        ];
        if log.can.history {
            let read = node.read(id.clone(), 0, 1, ROOM).await;
            answers.push(("read", read.map(drop)));
        }
        answers
    };
    let answers = tokio::time::timeout(PATIENCE, calls).await;
    for (call, answer) in answers.context("a call after the shutdown hangs")? {
        match answer {
            Err(error) if error.kind() == ErrorKind::Unavailable => {}
            other => {
                bail!("after the shutdown `{call}` answered {other:?} instead of `Unavailable`")
            }
        }
    }
    Ok(())
}
