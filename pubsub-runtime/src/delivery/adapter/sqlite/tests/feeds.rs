//! Feeds: of this process, and of others.

use futures_util::{FutureExt as _, StreamExt as _};

use super::{
    super::super::{FeedItem, ResetCause},
    *,
};

async fn next(feed: &mut Feed) -> FeedItem {
    let item = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
    item.expect("an item in time").expect("no end").unwrap()
}

#[tokio::test]
async fn a_feed_brings_what_read_brings() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    append(sqlite, &log, 1..=2).await;
    let (mut feed, mut second) = (
        sqlite.feed(log.clone()).await.unwrap(),
        sqlite.feed(log.clone()).await.unwrap(),
    );
    append(sqlite, &log, 3..=5).await;
    append(sqlite, &log, 4..=6).await;
    let stored = all(sqlite, &log).await;
    for entry in stored.into_iter().skip(2) {
        assert_eq!(next(&mut feed).await, FeedItem::Entry(entry.clone()));
        assert_eq!(next(&mut second).await, FeedItem::Entry(entry));
    }
    drop(second);
    append(sqlite, &log, 7..=7).await;
    assert!(matches!(next(&mut feed).await, FeedItem::Entry(entry) if entry.seq == 7));
    assert!(feed.next().now_or_never().is_none(), "once each");
    opened.end().await;
    assert!(feed.next().await.is_none());
}

#[tokio::test]
async fn a_feed_that_is_not_polled_is_bounded_and_says_so() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 100_000).await;
    let mut feed = sqlite.feed(log.clone()).await.unwrap();
    append(sqlite, &log, 1..=2_000).await;
    append(sqlite, &log, 2_001..=2_001).await;
    let mut items = vec![next(&mut feed).await];
    while let Some(item) = feed.next().now_or_never() {
        items.push(item.unwrap().unwrap());
    }
    assert_eq!(items[0], FeedItem::Reset(ResetCause::Overflow));
    assert!(items.len() <= 513, "{} items", items.len());
    assert!(matches!(items.last(), Some(FeedItem::Entry(entry)) if entry.seq == 2_001));
    let seqs = items.iter().skip(1).map(|item| match item {
        FeedItem::Entry(entry) => entry.seq,
        other => panic!("{other:?}"),
    });
    let seqs: Vec<_> = seqs.collect();
    assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]));
}

#[tokio::test]
async fn what_another_process_appends_is_found() {
    let opened = Opened::new();
    let other = opened.again();
    let log = open(&opened.sqlite, 1_000).await;
    open(&other, 1_000).await;
    append(&other, &log, 1..=1).await;
    for round in 0..20_u64 {
        // A feed of its own each time, so that the thread that looks starts and ends as well.
        let mut feed = opened.sqlite.feed(log.clone()).await.unwrap();
        let number = u128::from(round) + 2;
        append(&other, &log, number..=number).await;
        assert_eq!(next(&mut feed).await, FeedItem::Hint(round + 2));
        if round % 5 == 0 {
            drop(feed);
            tokio::time::sleep(Duration::from_millis(120)).await;
        }
    }
    let mut feed = opened.sqlite.feed(log.clone()).await.unwrap();
    append(&other, &log, 100..=101).await;
    append(&opened.sqlite, &log, 102..=102).await;
    let mut last = 0;
    while last < 24 {
        last = match next(&mut feed).await {
            FeedItem::Hint(seq) => seq,
            FeedItem::Entry(entry) => entry.seq,
            FeedItem::Reset(cause) => panic!("{cause:?}"),
        };
    }
    assert_eq!(last, 24);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_append_falls_between_opening_a_feed_and_following_it() {
    let opened = Opened::new();
    let sqlite = opened.sqlite.clone();
    let log = open(&sqlite, 100_000).await;
    let writer = {
        let (sqlite, log) = (sqlite.clone(), log.clone());
        tokio::spawn(async move {
            for number in 1..=400_u128 {
                append(&sqlite, &log, number..=number).await;
            }
        })
    };
    while !writer.is_finished() {
        let mut feed = sqlite.feed(log.clone()).await.unwrap();
        let head = sqlite.marks(log.clone()).await.unwrap().head;
        if head == 400 {
            break;
        }
        let mut seen = head;
        while seen < head + 1 {
            match next(&mut feed).await {
                FeedItem::Entry(entry) => seen = seen.max(entry.seq),
                FeedItem::Hint(seq) => seen = seen.max(seq),
                FeedItem::Reset(cause) => panic!("{cause:?}"),
            }
        }
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn the_first_entry_of_another_life_follows_a_reset() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    for life in 1..=5_u128 {
        append(sqlite, &log, life * 10..=life * 10).await;
        let mut feed = sqlite.feed(log.clone()).await.unwrap();
        Connection::open(opened.path())
            .unwrap()
            .execute("UPDATE pubsub_logs SET epoch = epoch + 1", ())
            .unwrap();
        append(sqlite, &log, life * 10 + 1..=life * 10 + 1).await;
        assert_eq!(next(&mut feed).await, FeedItem::Reset(ResetCause::Epoch));
    }
}

#[tokio::test]
async fn another_life_is_told_without_an_append() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=1).await;
    let mut feed = opened.sqlite.feed(log).await.unwrap();
    Connection::open(opened.path())
        .unwrap()
        .execute("UPDATE pubsub_logs SET epoch = epoch + 1", ())
        .unwrap();
    assert_eq!(next(&mut feed).await, FeedItem::Reset(ResetCause::Epoch));
}

#[tokio::test]
async fn a_feed_that_is_not_polled_is_bounded_in_bytes() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    let mut feed = sqlite.feed(log.clone()).await.unwrap();
    for number in 1..=3 {
        let body = Bytes::from(vec![b'x'; 600 << 10]);
        let event = NewEvent {
            body,
            ..event(number)
        };
        sqlite.append(vec![(log.clone(), event)]).await.unwrap();
    }
    assert_eq!(next(&mut feed).await, FeedItem::Reset(ResetCause::Overflow));
}
