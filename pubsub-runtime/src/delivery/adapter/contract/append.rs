//! What an acknowledged append is.

use anyhow::{Context as _, ensure};

use super::{
    super::{Appended, ChannelSpec, LogId, anchor},
    Held,
    fixture::DynFixture,
    scene::{Log, ROOM, fresh, open, roomy},
};
use crate::words::error::ErrorKind;

/// Positions rise with each append, by 1 where that is promised, from 1; each answers its epoch and anchor, and the marks follow.
pub async fn positions_rise(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let before = log.marks().await?;
    let mut last = before.head;
    for round in 0..30 {
        let events = log.maker.events(1 + round % 3);
        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
        let appended = log.append_all(events).await?;
        for (appended, id) in appended.iter().zip(ids) {
            let Appended { epoch, seq, .. } = *appended;
            ensure!(
                !appended.duplicate,
                "a new id is called a duplicate at {seq}"
            );
            ensure!(
                seq > last && (!log.can.contiguous_seq || seq == last + 1),
                "after {last} an append was given {seq}"
            );
            ensure!(
                epoch == before.epoch,
                "the epoch changed from {} to {epoch} at {seq}",
                before.epoch
            );
            ensure!(
                appended.anchor == anchor(id),
                "`append` answered anchor {:08x} for {id}; it is {:08x}",
                appended.anchor,
                anchor(id)
            );
            last = seq;
        }
        let marks = log.marks().await?;
        ensure!(
            marks.head == last && marks.epoch == before.epoch,
            "after an append at {last} the marks are {marks:?}"
        );
        ensure!(
            !log.can.links || marks.head_anchor == appended.last().map(|last| last.anchor),
            "the head's anchor is {:x?} after {appended:?}",
            marks.head_anchor
        );
    }
    Ok(())
}

/// Each entry links its predecessor's anchor, and the first one 0; batches make no difference.
pub async fn entries_link_their_predecessors(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    for count in [1, 3, 1, 5, 2] {
        log.append_all(log.maker.events(count)).await?;
    }
    let mut link = 0;
    for entry in log.all().await? {
        ensure!(
            entry.link == Some(link),
            "entry {} links {:x?}; its predecessor's anchor is {link:08x}",
            entry.seq,
            entry.link
        );
        link = entry.anchor;
    }
    Ok(())
}

/// After `Ok`, a read through another handle has the entry.
pub async fn read_your_writes(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let other = log.elsewhere(fixture).await?;
    let mut after = 0;
    for round in 0..100 {
        let event = log.maker.event();
        let appended = log.append(event.clone()).await?;
        let page = other.read(after, 10, ROOM).await?;
        let found = page.entries.iter().find(|entry| entry.id == event.id);
        ensure!(
            found.is_some_and(|entry| entry.seq == appended.seq),
            "round {round}: `append` answered {appended:?}, and a read after {after} through another handle has {:?}",
            page.entries
                .iter()
                .map(|entry| entry.seq)
                .collect::<Vec<_>>()
        );
        after = appended.seq;
    }
    Ok(())
}

/// The body comes back byte for byte, whatever JSON it is, and the id and name with it.
pub async fn bodies_are_kept_byte_for_byte(fixture: &dyn DynFixture) -> Held {
    let mut bodies: Vec<String> = [
        "{}",
        r#"{"a":"\u0000"}"#,
        "{\"line\":\"\u{2028}\u{2029}\"}",
        "\"\u{1F980}\u{10FFFF}\"",
        r#""\ud800""#,
        "9007199254740993",
        "123456789012345678901234567890.5",
        "1e400",
        "-0",
        r#"{"a":1,"a":2}"#,
        " { \"spaces\" : [ ] } ",
        "'\";--\\",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push(format!("\"{}\"", "x".repeat(1 << 20)));
    let log = open(fixture).await?;
    let most = log.can.max_event_bytes.unwrap_or(usize::MAX);
    bodies.retain(|body| body.len() <= most);
    for body in &bodies {
        let event = log.maker.event_of(body.clone());
        let appended = log.append(event.clone()).await?;
        let page = log.read(appended.seq - 1, 1, ROOM).await?;
        let entry = page
            .entries
            .into_iter()
            .next()
            .context("the entry is not there")?;
        ensure!(
            entry.body == event.body,
            "the body {:.80} came back as {:.80}",
            body,
            String::from_utf8_lossy(&entry.body)
        );
        ensure!(
            (entry.id, &entry.name) == (event.id, &event.name),
            "the event {} `{}` came back as {} `{}`",
            event.id,
            event.name,
            entry.id,
            entry.name
        );
    }
    Ok(())
}

/// Channels, tenants and shards are kept apart, whatever characters their names have.
///
/// An engine that cannot encode a name refuses to open it with `BadRequest`.
pub async fn names_are_kept_apart(fixture: &dyn DynFixture) -> Held {
    let start = format!("c{:x}", fresh());
    let of_200_bytes = "x".repeat(200 - start.len());
    let ends = [
        "a.b",
        "a_b",
        "A",
        "a",
        "a*",
        "a>",
        "a b",
        "{a}",
        "a:b",
        "a/b",
        "%61",
        "a%",
        "a'b",
        "\u{e9}",
        "e\u{301}",
        "\u{1F980}",
        "",
        of_200_bytes.as_str(),
    ];
    let spec = |end: &str, tenant: Option<&str>| ChannelSpec {
        tenant: tenant.map(Into::into),
        ..ChannelSpec::new(format!("{start}{end}"), roomy().retention, 1 << 30, 1 << 40)
    };
    let mut specs: Vec<_> = ends.iter().map(|end| spec(end, None)).collect();
    specs.extend([
        spec("a", Some("t")),
        spec("a", Some("t:")),
        spec("a", Some("")),
    ]);
    specs.push(ChannelSpec {
        partitions: 3,
        ..spec("parts", None)
    });
    let log = open(fixture).await?;
    let mut logs: Vec<LogId> = Vec::new();
    for spec in specs {
        match log.node.open(spec.clone()).await {
            Ok(opened) => logs.extend(opened),
            Err(error) if error.kind() == ErrorKind::BadRequest => {}
            Err(error) => return Err(error).with_context(|| format!("{spec:?} was not opened")),
        }
    }
    let mut expected = Vec::new();
    for id in logs {
        let one = Log { id, ..log.clone() };
        let event = one.maker.event();
        one.append(event.clone()).await?;
        expected.push((one, event));
    }
    for (one, event) in expected {
        let ids: Vec<_> = one.all().await?.iter().map(|entry| entry.id).collect();
        ensure!(
            ids == [event.id],
            "{:?} was given one event and has {} entries: another log's name means the same",
            one.id,
            ids.len()
        );
    }
    Ok(())
}

/// A body of exactly `max_event_bytes` is taken; one more byte is `PayloadTooLarge`, and nothing is written.
pub async fn the_size_limit_is_exact(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let Some(most) = log.can.max_event_bytes else {
        return Ok(());
    };
    let body = |bytes: usize| format!("\"{}\"", "x".repeat(bytes.saturating_sub(2)));
    let kept = log.append(log.maker.event_of(body(most))).await?;
    let batch = vec![(log.id.clone(), log.maker.event_of(body(most + 1)))];
    let refused = log.node.append(batch).await;
    ensure!(
        matches!(&refused, Err(error) if error.kind() == ErrorKind::PayloadTooLarge),
        "one byte over the limit of {most} was answered {refused:?} instead of `PayloadTooLarge`"
    );
    let head = log.marks().await?.head;
    ensure!(
        head == kept.seq,
        "a refused event moved the head from {} to {head}",
        kept.seq
    );
    Ok(())
}

/// An id that the log has is answered with its first place and `duplicate`; it is not stored and not told again, in the same batch or later.
pub async fn a_repeated_id_keeps_its_place(fixture: &dyn DynFixture) -> Held {
    let log = open(fixture).await?;
    let other = log.elsewhere(fixture).await?;
    let mut feed = log.follow().await?;
    let event = log.maker.event();
    let twice = log.append_all(vec![event.clone(), event.clone()]).await?;
    let first = *twice.first().context("no answer")?;
    log.append_new().await?;
    let mut later = other.append_all(vec![log.maker.event(), event]).await?;
    let again = later.pop().context("no answer")?;
    for (repeat, when) in [
        (
            twice.get(1).copied().context("one answer for two")?,
            "in one batch",
        ),
        (again, "later, through another handle"),
    ] {
        ensure!(
            repeat.duplicate && (repeat.seq, repeat.anchor) == (first.seq, first.anchor),
            "the event at {} was appended again {when}, and answered {repeat:?}",
            first.seq
        );
    }
    feed.take(3).await?;
    feed.nothing_more().await?;
    if log.can.history {
        let count = log.all().await?.len();
        ensure!(
            count == 3,
            "three events and two repeats make {count} entries"
        );
    }
    Ok(())
}

/// One id in two channels is two entries.
pub async fn an_id_is_one_channels_own(fixture: &dyn DynFixture) -> Held {
    let one = open(fixture).await?;
    let two = one.beside().await?;
    let event = one.maker.event();
    let batch = vec![(one.id.clone(), event.clone()), (two.id.clone(), event)];
    let appended = one.node.append(batch).await.context("append failed")?;
    ensure!(
        appended.iter().all(|appended| !appended.duplicate),
        "one id in two channels is called a duplicate: {appended:?}"
    );
    for log in [one, two] {
        ensure!(log.marks().await?.head > 0, "{:?} is empty", log.id);
    }
    Ok(())
}
