//! What every adapter promises, kept over restarts.

use super::*;
use crate::words::cursor::anchor;

#[tokio::test]
async fn seq_rises_by_one_and_each_entry_links_its_predecessor_over_a_restart() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    let first = append(&opened.sqlite, &log, 1..=5).await;
    opened.end().await;
    let again = opened.again();
    let log = open(&again, 1_000).await;
    let second = append(&again, &log, 6..=9).await;
    assert_eq!(first[0].epoch, second[0].epoch);
    let page = again.read(log, 0, 100, 1 << 20).await.unwrap();
    assert_eq!(page.entries.len(), 9);
    let mut link = 0;
    for (entry, number) in page.entries.iter().zip(1..) {
        let expected = event(u128::from(number));
        assert_eq!((entry.seq, entry.link), (number, Some(link)));
        assert_eq!(
            (entry.id, &entry.name, &entry.body),
            (expected.id, &expected.name, &expected.body)
        );
        assert_eq!(entry.time, Timestamp::from_millis(1_000_000));
        link = anchor(entry.id);
        assert_eq!(entry.anchor, link);
    }
    assert_eq!((page.marks.head, page.marks.head_anchor), (9, Some(link)));
}

#[tokio::test]
async fn a_repeated_id_keeps_its_first_place_within_a_batch_and_over_a_restart() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    let mut twice = batch(&log, 1..=2);
    twice.extend(batch(&log, 1..=1));
    let places = opened.sqlite.append(twice).await.unwrap();
    let places: Vec<_> = places.iter().map(|a| (a.seq, a.duplicate)).collect();
    assert_eq!(places, [(1, false), (2, false), (1, true)]);
    opened.end().await;
    let again = opened.again();
    let log = open(&again, 1_000).await;
    let place = append(&again, &log, 2..=2).await;
    assert_eq!((place[0].seq, place[0].duplicate), (2, true));
    assert_eq!(place[0].anchor, anchor(Uuid::from_u128(2)));
    assert_eq!(numbers(&again, &log).await, [1, 2]);
}

#[tokio::test]
async fn every_name_has_a_log_of_its_own() {
    let opened = Opened::new();
    let mut logs = Vec::new();
    for channel in ["a.b", "a_b", "A", "a", "a*", "a b", "ä", "a'b", "%61"] {
        for tenant in [None, Some(""), Some("t"), Some("0")] {
            let mut spec = spec(10);
            spec.channel = channel.into();
            spec.tenant = tenant.map(Into::into);
            spec.partitions = 2;
            logs.extend(Adapter::open(&opened.sqlite, spec).await.unwrap());
        }
    }
    for (log, number) in logs.iter().zip(1..) {
        let place = append(&opened.sqlite, log, number..=number).await;
        assert_eq!(place[0].seq, 1, "{log:?}");
    }
    for (log, number) in logs.iter().zip(1..) {
        assert_eq!(numbers(&opened.sqlite, log).await, [number], "{log:?}");
    }
}

#[tokio::test]
async fn retention_by_age_is_told_before_and_after_the_rows_are_deleted() {
    let opened = Opened::new();
    let (sqlite, clock) = (&opened.sqlite, &opened.clock);
    let log = open(sqlite, 1_000).await;
    append(sqlite, &log, 1..=3).await;
    clock.advance(5_000);
    append(sqlite, &log, 4..=5).await;
    clock.advance(5_001);
    let trimmed = async || {
        let page = sqlite.read(log.clone(), 0, 10, 1 << 20).await.unwrap();
        assert_eq!(page.marks.trimmed_through, 3);
        let seqs: Vec<_> = page.entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(seqs, [4, 5]);
        let locate = async |number| {
            let id = Uuid::from_u128(number);
            sqlite.locate(log.clone(), id).await.unwrap()
        };
        assert_eq!(locate(2).await, Located::Trimmed(2));
        assert_eq!(locate(4).await, Located::At(4));
        assert_eq!(locate(9).await, Located::Unknown);
    };
    trimmed().await;
    until("the trim", async || {
        (count(&opened.path(), "pubsub_entries") == 2).then_some(())
    })
    .await;
    trimmed().await;
    let again = append(sqlite, &log, 2..=2).await;
    assert_eq!((again[0].seq, again[0].duplicate), (2, true));
    // A clock that steps back brings nothing back.
    opened.clock.0.store(1, Atomic::Relaxed);
    trimmed().await;
    append(sqlite, &log, 6..=6).await;
    let last = all(sqlite, &log).await.pop().unwrap();
    assert_eq!(last.time, Timestamp::from_millis(1_005_000));

    clock.0.store(1_010_001 + 20_001, Atomic::Relaxed);
    let id = Uuid::from_u128(2);
    let known = sqlite.locate(log.clone(), id).await.unwrap();
    assert_eq!(
        known,
        Located::Unknown,
        "ids are kept for twice the retention"
    );
    let again = append(sqlite, &log, 2..=2).await;
    assert_eq!((again[0].seq, again[0].duplicate), (7, false));
    until("the end of the old ids", async || {
        let known = sqlite.locate(log.clone(), id).await.unwrap();
        assert_eq!(known, Located::At(7));
        // Ids 4, 5 and 6 are kept for the retention once more; 2 stands at its new place.
        (count(&opened.path(), "pubsub_ids") == 4).then_some(())
    })
    .await;
    assert_eq!(count(&opened.path(), "pubsub_trimmed"), 3);
}

#[tokio::test]
async fn retention_by_count_and_by_bytes_holds_at_once() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 3).await;
    append(sqlite, &log, 1..=5).await;
    assert_eq!(numbers(sqlite, &log).await, [3, 4, 5]);
    let marks = sqlite.marks(log.clone()).await.unwrap();
    assert_eq!((marks.trimmed_through, marks.head), (2, 5));
    until("the trim", async || {
        (count(&opened.path(), "pubsub_entries") == 3).then_some(())
    })
    .await;
    // Ten bytes longer than the bodies of two events, then shorter than one.
    let size = event(1).body.len() as u64;
    for (bytes, kept) in [
        (2 * size + 10, vec![4, 5]),
        (size, vec![5]),
        (size - 1, vec![]),
    ] {
        let mut spec = spec(1_000);
        spec.max_bytes = bytes;
        Adapter::open(sqlite, spec).await.unwrap();
        assert_eq!(numbers(sqlite, &log).await, kept, "{bytes} bytes");
    }
    until("the trim", async || {
        (count(&opened.path(), "pubsub_entries") == 0).then_some(())
    })
    .await;
    let marks = sqlite.marks(log.clone()).await.unwrap();
    assert_eq!((marks.trimmed_through, marks.head), (5, 5));
    open(sqlite, 1_000).await;
    append(sqlite, &log, 6..=8).await;
    assert_eq!(numbers(sqlite, &log).await, [6, 7, 8]);
}

#[tokio::test]
async fn a_backlog_is_trimmed_in_chunks_while_appends_go_on() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 100_000).await;
    for start in (0..10).map(|chunk| chunk * 1_000) {
        append(sqlite, &log, start + 1..=start + 1_000).await;
    }
    Adapter::open(sqlite, spec(10)).await.unwrap();
    let mut last = 0;
    let mut next = 10_001;
    until("the trim", async || {
        append(sqlite, &log, next..=next).await;
        next += 1;
        let page = sqlite.read(log.clone(), 0, 100, 1 << 20).await.unwrap();
        assert_eq!(page.entries.len(), 10);
        assert_eq!(page.entries[0].seq, page.marks.trimmed_through + 1);
        assert!(page.marks.trimmed_through >= last);
        last = page.marks.trimmed_through;
        (count(&opened.path(), "pubsub_entries") < 100).then_some(())
    })
    .await;
}

#[tokio::test]
async fn pages_concatenate_to_the_log() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=100).await;
    let read = async |after, limit, bytes| {
        let page = opened.sqlite.read(log.clone(), after, limit, bytes).await;
        page.unwrap().entries
    };
    for limit in [1, 7, 100, 10_000] {
        let (mut after, mut seen) = (0, Vec::new());
        while let page = read(after, limit, 1 << 20).await
            && let Some(last) = page.last()
        {
            after = last.seq;
            seen.extend(page.iter().map(|entry| entry.seq));
        }
        assert_eq!(seen, (1..=100).collect::<Vec<_>>(), "pages of {limit}");
    }
    assert_eq!(read(0, 10, 1).await.len(), 1);
    assert_eq!(read(0, 10, 0).await.len(), 1);
    assert_eq!(read(0, 10, 2 * event(1).body.len()).await.len(), 2);
    assert!(read(0, 0, 1).await.is_empty());
    assert!(read(u64::MAX, 10, 1).await.is_empty());
}

#[tokio::test]
async fn a_moment_is_found_before_at_and_after_every_entry() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    for number in [1, 3, 5] {
        append(&opened.sqlite, &log, number..=number + 1).await;
        opened.clock.advance(100);
    }
    for (millis, seq) in [
        (0, 0),
        (1_000_000, 0),
        (1_000_001, 2),
        (1_000_100, 2),
        (1_000_200, 4),
        (1_000_201, 6),
    ] {
        let time = Timestamp::from_millis(millis);
        let found = opened.sqlite.seek_time(log.clone(), time).await.unwrap();
        assert_eq!(found, seq, "at {millis}");
    }
}

#[tokio::test]
async fn a_batch_is_stored_whole_or_not_at_all() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    let mut large = batch(&log, 1..=2);
    large[1].1.body = Bytes::from(vec![b'1'; MAX_EVENT_BYTES + 1]);
    let error = sqlite.append(large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    let mut unknown = batch(&log, 1..=2);
    unknown[1].0.channel = "nowhere".into();
    let error = sqlite.append(unknown).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(sqlite.marks(log.clone()).await.unwrap().head, 0);
    let mut largest = batch(&log, 1..=1);
    largest[0].1.body = Bytes::from(vec![b'1'; MAX_EVENT_BYTES]);
    assert_eq!(sqlite.append(largest).await.unwrap()[0].seq, 1);
    assert!(sqlite.append(Vec::new()).await.unwrap().is_empty());
}

#[tokio::test]
async fn bodies_come_back_byte_for_byte() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    let bodies: [&[u8]; 6] = [
        b"{}",
        b"",
        b"{\"a\":\"\\ud800\",\"a\":1e400,\"b\":-0,\"c\":12345678901234567890}",
        "\u{2028}\u{1f600}".as_bytes(),
        b"\0\0",
        b"\xff\xfe",
    ];
    for (body, number) in bodies.into_iter().zip(1..) {
        let mut event = event(number);
        event.body = Bytes::copy_from_slice(body);
        opened
            .sqlite
            .append(vec![(log.clone(), event)])
            .await
            .unwrap();
    }
    let entries = all(&opened.sqlite, &log).await;
    for (body, entry) in bodies.iter().zip(&entries) {
        assert_eq!(entry.body, body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_producers_in_two_processes_share_one_order() {
    let opened = Opened::new();
    let other = opened.again();
    let log = open(&opened.sqlite, 100_000).await;
    open(&other, 100_000).await;
    let mut tasks = Vec::new();
    for producer in 0..16_u128 {
        let sqlite = if producer % 2 == 0 {
            &opened.sqlite
        } else {
            &other
        }
        .clone();
        let log = log.clone();
        tasks.push(tokio::spawn(async move {
            let mut places = Vec::new();
            for number in 0..50 {
                let number = producer * 1_000 + number;
                places.push((append(&sqlite, &log, number..=number).await[0].seq, number));
            }
            places
        }));
    }
    let mut places = Vec::new();
    for task in tasks {
        let of_producer = task.await.unwrap();
        assert!(of_producer.is_sorted());
        places.extend(of_producer);
    }
    places.sort_unstable();
    for sqlite in [&opened.sqlite, &other] {
        let entries = all(sqlite, &log).await;
        let stored: Vec<_> = entries.iter().map(|e| (e.seq, e.id.as_u128())).collect();
        assert_eq!(stored, places);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_finishes_what_is_under_way_and_refuses_what_comes_later() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 100_000).await;
    let tasks: Vec<_> = (1..=200_u128)
        .map(|number| {
            let (sqlite, log) = (sqlite.clone(), log.clone());
            tokio::spawn(async move { sqlite.append(batch(&log, number..=number)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    opened.end().await;
    let mut stored = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => stored += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unavailable),
        }
    }
    for error in [
        sqlite.append(batch(&log, 900..=900)).await.unwrap_err(),
        sqlite.append(Vec::new()).await.unwrap_err(),
        sqlite.read(log.clone(), 0, 1, 1).await.unwrap_err(),
        sqlite.marks(log.clone()).await.unwrap_err(),
        sqlite.feed(log.clone()).await.err().unwrap(),
        Adapter::open(sqlite, spec(1)).await.unwrap_err(),
        sqlite.transact(|_| Ok::<(), Error>(())).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    assert!(!sqlite.health().await.ready);
    let wal = opened.folder.path().join("orders.db-wal");
    assert!(
        wal.metadata().map_or(true, |wal| wal.len() == 0),
        "copied back"
    );
    let again = opened.again();
    let log = open(&again, 100_000).await;
    assert_eq!(all(&again, &log).await.len(), stored);
}

#[tokio::test]
async fn dropping_without_shutdown_loses_nothing() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=50).await;
    let mut feed = opened.sqlite.feed(log.clone()).await.unwrap();
    let path = opened.path();
    let Opened { folder, sqlite, .. } = opened;
    drop(sqlite);
    assert!(futures_util::StreamExt::next(&mut feed).await.is_none());
    let again = Sqlite::options().clock(hand()).open(path).unwrap();
    let log = open(&again, 1_000).await;
    assert_eq!(numbers(&again, &log).await, (1..=50).collect::<Vec<_>>());
    drop(folder);
}

#[tokio::test]
async fn what_was_told_as_trimmed_does_not_come_back() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    append(sqlite, &log, 1..=3).await;
    opened.clock.advance(10_001);
    assert_eq!(sqlite.marks(log.clone()).await.unwrap().trimmed_through, 3);
    let longer = ChannelSpec::new("orders", Duration::from_secs(61), 1_000, 1 << 30);
    Adapter::open(sqlite, longer).await.unwrap();
    assert_eq!(sqlite.marks(log.clone()).await.unwrap().trimmed_through, 3);
    assert_eq!(numbers(sqlite, &log).await, []);
}

#[tokio::test]
async fn entries_of_another_history_are_not_served() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    append(sqlite, &log, 1..=3).await;
    let (no, entries) = (sqlite.log(&log).unwrap().no, all(sqlite, &log).await);
    let connection = Connection::open(opened.path()).unwrap();
    let bytes_before = |seq: u64| entries[0].body.len() as u64 * (seq - 1);
    let put = |entry: &Entry| {
        let sum = rows::checksum(no, entry, bytes_before(entry.seq));
        let changed = connection.execute(
            "UPDATE pubsub_entries SET id = ?2, link = ?3, checksum = ?4 WHERE seq = ?1",
            (
                error::signed(entry.seq),
                entry.id.as_bytes(),
                entry.link,
                sum,
            ),
        );
        assert_eq!(changed.unwrap(), 1);
    };
    // Each sound by itself: one that does not follow its predecessor, and a last one that the log's row does not know.
    let mut foreign = entries.clone();
    foreign[1].link = Some(7);
    foreign[2].id = Uuid::from_u128(9);
    for (entry, whole) in [&foreign[1], &foreign[2]].into_iter().zip(&entries[1..]) {
        put(entry);
        let page = sqlite.read(log.clone(), 0, 10, usize::MAX).await;
        assert_eq!(page.unwrap_err().kind(), ErrorKind::Corrupt);
        put(whole);
    }
    assert_eq!(numbers(sqlite, &log).await, [1, 2, 3]);
}
