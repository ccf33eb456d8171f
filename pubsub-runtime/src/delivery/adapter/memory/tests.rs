use std::sync::atomic::{AtomicU64, Ordering as Atomic};

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::*;
use crate::words::cursor::anchor;

/// A clock that tests move.
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Atomic::Relaxed))
    }
}

fn memory() -> (Memory, Arc<Hand>) {
    let clock = Arc::new(Hand(AtomicU64::new(1_000)));
    (
        Memory::with_sources(clock.clone(), &RandomIds::default()),
        clock,
    )
}

async fn open(memory: &Memory, max_events: u64) -> LogId {
    let spec = ChannelSpec::new("orders", Duration::from_secs(10), max_events, 1 << 20);
    memory.open(spec).await.unwrap().remove(0)
}

fn event(number: u128) -> NewEvent {
    let body = Bytes::from(format!("{{\"number\":{number}}}"));
    NewEvent {
        id: Uuid::from_u128(number),
        name: "orders:created".into(),
        time: Timestamp::from_millis(0),
        key: None,
        body,
    }
}

async fn append(memory: &Memory, log: &LogId, numbers: std::ops::RangeInclusive<u128>) {
    memory
        .append(numbers.map(|number| (log.clone(), event(number))).collect())
        .await
        .unwrap();
}

#[tokio::test]
async fn seq_rises_by_one_and_each_entry_links_its_predecessor() {
    let (memory, _clock) = memory();
    let log = open(&memory, 100).await;
    append(&memory, &log, 1..=5).await;
    let page = memory.read(log, 0, 100, 1 << 20).await.unwrap();
    let mut link = 0;
    for (entry, number) in page.entries.iter().zip(1..) {
        assert_eq!((entry.seq, entry.link), (number, Some(link)));
        link = anchor(entry.id);
    }
    assert_eq!(
        (
            page.marks.head,
            page.marks.head_anchor,
            page.marks.trimmed_through
        ),
        (5, Some(link), 0)
    );
}

#[tokio::test]
async fn a_repeated_id_keeps_its_first_place() {
    let (memory, _clock) = memory();
    let log = open(&memory, 100).await;
    append(&memory, &log, 1..=3).await;
    let again = memory.append(vec![(log.clone(), event(2))]).await.unwrap();
    assert_eq!(
        again
            .first()
            .map(|appended| (appended.seq, appended.duplicate)),
        Some((2, true))
    );
    assert_eq!(memory.marks(log).await.unwrap().head, 3);
}

#[tokio::test]
async fn retention_by_count_and_by_age_is_told_in_the_marks() {
    let (memory, clock) = memory();
    let log = open(&memory, 3).await;
    append(&memory, &log, 1..=5).await;
    assert_eq!(memory.marks(log.clone()).await.unwrap().trimmed_through, 2);
    assert_eq!(
        memory
            .locate(log.clone(), Uuid::from_u128(1))
            .await
            .unwrap(),
        Located::Trimmed(1)
    );
    assert_eq!(
        memory
            .locate(log.clone(), Uuid::from_u128(4))
            .await
            .unwrap(),
        Located::At(4)
    );
    assert_eq!(
        memory
            .locate(log.clone(), Uuid::from_u128(9))
            .await
            .unwrap(),
        Located::Unknown
    );
    clock.0.fetch_add(10_001, Atomic::Relaxed);
    let page = memory.read(log.clone(), 0, 10, 1 << 20).await.unwrap();
    assert!(page.entries.is_empty());
    assert_eq!((page.marks.trimmed_through, page.marks.head), (5, 5));
    clock.0.fetch_add(20_001, Atomic::Relaxed);
    assert_eq!(
        memory.locate(log, Uuid::from_u128(4)).await.unwrap(),
        Located::Unknown,
        "ids are kept for twice the retention"
    );
}

#[tokio::test]
async fn pages_concatenate_to_the_log() {
    let (memory, _clock) = memory();
    let log = open(&memory, 1_000).await;
    append(&memory, &log, 1..=100).await;
    for limit in [1, 7, 100, 10_000] {
        let (mut after, mut seen) = (0, Vec::new());
        loop {
            let page = memory
                .read(log.clone(), after, limit, 1 << 20)
                .await
                .unwrap();
            let Some(last) = page.entries.last() else {
                break;
            };
            after = last.seq;
            seen.extend(page.entries.iter().map(|entry| entry.seq));
        }
        assert_eq!(seen, (1..=100).collect::<Vec<_>>(), "pages of {limit}");
    }
    assert_eq!(
        memory
            .read(log.clone(), 0, 10, 1)
            .await
            .unwrap()
            .entries
            .len(),
        1,
        "one entry, however small `max_bytes` is"
    );
    assert!(
        memory
            .read(log, u64::MAX, 10, 1)
            .await
            .unwrap()
            .entries
            .is_empty()
    );
}

#[tokio::test]
async fn a_feed_sees_every_append_after_it_resolved_or_says_reset() {
    let (memory, _clock) = memory();
    let log = open(&memory, 3).await;
    append(&memory, &log, 1..=1).await;
    let mut feed = memory.feed(log.clone()).await.unwrap();
    append(&memory, &log, 2..=3).await;
    for expected in [2, 3] {
        assert!(
            matches!(feed.next().await, Some(Ok(FeedItem::Entry(entry))) if entry.seq == expected)
        );
    }
    append(&memory, &log, 4..=10).await;
    assert_eq!(
        feed.next().await.unwrap().unwrap(),
        FeedItem::Reset(ResetCause::Overflow)
    );
    append(&memory, &log, 11..=11).await;
    assert!(matches!(feed.next().await, Some(Ok(FeedItem::Entry(entry))) if entry.seq == 11));
    memory.shutdown(Duration::ZERO).await.unwrap();
    assert!(feed.next().await.is_none());
    assert_eq!(
        memory.marks(log).await.unwrap_err().kind(),
        ErrorKind::Unavailable
    );
}

#[tokio::test]
async fn a_batch_over_two_logs_is_appended_in_order() {
    let (memory, _clock) = memory();
    let orders = open(&memory, 100).await;
    let ops = memory
        .open(ChannelSpec::new(
            "ops",
            Duration::from_secs(10),
            100,
            1 << 20,
        ))
        .await
        .unwrap()
        .remove(0);
    let batch = vec![
        (orders.clone(), event(1)),
        (ops.clone(), event(2)),
        (orders.clone(), event(3)),
    ];
    let places: Vec<_> = memory
        .append(batch)
        .await
        .unwrap()
        .iter()
        .map(|appended| appended.seq)
        .collect();
    assert_eq!(places, [1, 1, 2]);
    assert_eq!(
        memory
            .seek_time(ops, Timestamp::from_millis(2_000))
            .await
            .unwrap(),
        1
    );
}
