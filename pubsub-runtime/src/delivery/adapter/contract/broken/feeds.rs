//! Feeds with one fault put in.

use std::{
    sync::{Arc, atomic::Ordering as Atomic},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, TryFutureExt as _, future, stream};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::{sleep, timeout},
};

use super::{
    super::super::{Adapter as _, Entry, Feed, FeedItem, LogId, Memory},
    Fault,
    adapter::{Broken, State, locked},
};
use crate::words::{envelope::Timestamp, error::Result};

/// Changes an entry as it is read or told.
pub(super) fn disguise(fault: Fault, entry: &mut Entry) {
    match fault {
        Fault::LinksWrongly if entry.seq.is_multiple_of(10) => entry.link = Some(entry.anchor),
        Fault::TakesTheIdsTime => {
            let millis = u64::try_from(entry.id.as_u128() >> 80).unwrap_or(0);
            entry.time = Timestamp::from_millis(millis);
        }
        _ => {}
    }
}

pub(super) async fn feed(broken: &Broken, log: LogId) -> Result<Feed> {
    let (fault, inner, state) = (broken.fault, broken.inner.clone(), broken.state.clone());
    let head = inner.marks(log.clone()).await?.head;
    if fault == Fault::FeedsFromFirstPoll {
        let later = async move { inner.feed(log).await };
        return Ok(later.try_flatten_stream().boxed());
    }
    let feed = inner.feed(log.clone()).await?;
    let feed: Feed = match fault {
        Fault::FeedsNoEmptyLog if head == 0 => stream::pending().boxed(),
        Fault::FeedsFromTheEndAgain => from_the_end_again(inner, log, feed),
        Fault::DropsWhenLate => through_a_queue(feed),
        Fault::EndsFeedsTogether => {
            let ended = state.ended.clone().notified_owned();
            feed.take_until(ended).boxed()
        }
        Fault::AnnouncesLast => only_announced(feed, state.clone()),
        Fault::AnnouncesTwice => feed.flat_map(|item| stream::iter(twice(item))).boxed(),
        Fault::SwapsNeighbours => swapped(feed),
        Fault::ForgetsResets => feed
            .filter(|item| future::ready(!matches!(item, Ok(FeedItem::Reset(_)))))
            .boxed(),
        _ => feed,
    };
    let feed = feed.map(move |item| match item {
        Ok(FeedItem::Entry(mut entry)) => {
            disguise(fault, &mut entry);
            Ok(FeedItem::Entry(entry))
        }
        other => other,
    });
    Ok(counted(feed.boxed(), state))
}

fn from_the_end_again(inner: Arc<Memory>, log: LogId, feed: Feed) -> Feed {
    stream::unfold((inner, log, feed), |(inner, log, mut feed)| async move {
        loop {
            if let Ok(item) = timeout(Duration::from_millis(10), feed.next()).await {
                return Some((item?, (inner, log, feed)));
            }
            sleep(Duration::from_millis(300)).await;
            feed = inner.feed(log.clone()).await.ok()?;
        }
    })
    .boxed()
}

fn through_a_queue(mut feed: Feed) -> Feed {
    let (sender, receiver) = mpsc::channel(1_000);
    tokio::spawn(async move {
        while let Some(item) = feed.next().await {
            if let Err(TrySendError::Closed(_)) = sender.try_send(item) {
                return;
            }
        }
    });
    stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|item| (item, receiver))
    })
    .boxed()
}

fn only_announced(feed: Feed, state: Arc<State>) -> Feed {
    feed.filter_map(move |item| {
        let state = state.clone();
        async move {
            if let Ok(FeedItem::Entry(entry)) = &item {
                sleep(Duration::from_millis(20)).await;
                locked(&state.announced).contains(&entry.id).then_some(item)
            } else {
                Some(item)
            }
        }
    })
    .boxed()
}

fn twice(item: Result<FeedItem>) -> Vec<Result<FeedItem>> {
    match item {
        Ok(FeedItem::Entry(entry)) if entry.seq.is_multiple_of(10) => {
            let again = Entry {
                seq: entry.seq + 1,
                ..entry.clone()
            };
            vec![Ok(FeedItem::Entry(entry)), Ok(FeedItem::Entry(again))]
        }
        other => vec![other],
    }
}

fn swapped(feed: Feed) -> Feed {
    let pairs = feed.chunks(2);
    let turned = pairs.map(|mut pair| {
        pair.reverse();
        stream::iter(pair)
    });
    turned.flatten().boxed()
}

/// Counts the open feeds and those that were never polled; tells the others when it is dropped.
fn counted(feed: Feed, state: Arc<State>) -> Feed {
    struct Counted(Arc<State>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.feeds.fetch_sub(1, Atomic::SeqCst);
            self.0.ended.notify_waiters();
        }
    }
    state.feeds.fetch_add(1, Atomic::SeqCst);
    state.unpolled.fetch_add(1, Atomic::SeqCst);
    let polled = state.clone();
    let first = future::lazy(move |_| {
        polled.unpolled.fetch_sub(1, Atomic::SeqCst);
    });
    let counted = Counted(state);
    let feed = feed.map(move |item| {
        let _open = &counted;
        item
    });
    first.map(move |()| feed).flatten_stream().boxed()
}
