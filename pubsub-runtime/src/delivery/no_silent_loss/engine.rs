//! An engine that keeps its promises about what it stores, and hardly any about what it tells.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::stream;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};
use uuid::Uuid;

use super::{
    case::{FeedFault, Notices},
    dice::Dice,
    truth::Truth,
};
use crate::{
    delivery::adapter::{
        Adapter, Appended, Capabilities, ChannelSpec, Entry, Feed, FeedItem, Health, Located,
        LogId, Marks, Memory, NewEvent, Page, ResetCause, Seq,
    },
    words::error::{Error, ErrorKind, Result},
};

/// More pages than any case needs: a reader that asks on and on is stopped.
const MAX_READS: u64 = 20_000;

/// The engine that all servers share.
pub(super) struct Engine {
    pub(super) page: usize,
    pub(super) notices: Notices,
    // A std mutex: it is held for one operation on the model, never across an await.
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) truth: Truth,
    pub(super) dice: Dice,
    feeds: Vec<Arc<FeedQueue>>,
    /// Nothing goes wrong any more.
    pub(super) calm: bool,
    pub(super) reads: u64,
}

/// What one feed is about to tell.
struct FeedQueue {
    log: usize,
    server: usize,
    // A std mutex, as above.
    queue: Mutex<Told>,
    changed: Notify,
}

#[derive(Default)]
struct Told {
    /// By the moment they are told, then by the order they were put in.
    items: BinaryHeap<Reverse<(Instant, u64)>>,
    bodies: Vec<Option<Item>>,
    hangs: bool,
    gone: bool,
}

enum Item {
    Told(FeedItem),
    Error,
    End,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FeedQueue {
    fn push(&self, item: Item, delay: Duration) {
        let mut queue = lock(&self.queue);
        if !queue.hangs {
            let number = queue.bodies.len() as u64;
            queue.bodies.push(Some(item));
            queue.items.push(Reverse((Instant::now() + delay, number)));
            self.changed.notify_one();
        }
    }

    /// The next item, once it is due.
    async fn next(&self) -> Item {
        loop {
            let due = lock(&self.queue).items.peek().map(|Reverse((due, _))| *due);
            match due {
                None => self.changed.notified().await,
                Some(due) if due > Instant::now() => {
                    tokio::select! {
                        biased;
                        () = self.changed.notified() => {}
                        () = sleep_until(due) => {}
                    }
                }
                Some(_) => {
                    let mut queue = lock(&self.queue);
                    let Some(Reverse((_, number))) = queue.items.pop() else {
                        continue;
                    };
                    let body = usize::try_from(number)
                        .ok()
                        .and_then(|number| queue.bodies.get_mut(number)?.take());
                    if let Some(item) = body {
                        return item;
                    }
                }
            }
        }
    }
}

/// Marks the queue of a feed that nobody reads any more.
struct Reading(Arc<FeedQueue>);

impl Drop for Reading {
    fn drop(&mut self) {
        lock(&self.0.queue).gone = true;
    }
}

impl Engine {
    pub(super) fn new(truth: Truth, dice: Dice, page: usize, notices: Notices) -> Arc<Self> {
        Arc::new(Self {
            page,
            notices,
            inner: Mutex::new(Inner {
                truth,
                dice,
                feeds: Vec::new(),
                calm: false,
                reads: 0,
            }),
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    pub(super) fn publish(&self, log: usize, count: u64) {
        for _ in 0..count {
            let mut inner = self.lock();
            let Inner {
                truth, dice, feeds, ..
            } = &mut *inner;
            let entry = truth.publish(log, dice);
            feeds.retain(|feed| !lock(&feed.queue).gone);
            for feed in feeds.iter().filter(|feed| feed.log == log) {
                self.tell(feed, &entry, dice);
            }
        }
    }

    /// One in five notifications is lost, one in ten comes twice, some come late.
    fn tell(&self, feed: &FeedQueue, entry: &Entry, dice: &mut Dice) {
        let copies = match dice.below(10) {
            0 | 1 => 0,
            2 => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let hint = match self.notices {
                Notices::Entries => false,
                Notices::Hints => true,
                Notices::Both => dice.chance(50),
            };
            let item = if hint {
                FeedItem::Hint(entry.seq)
            } else {
                FeedItem::Entry(entry.clone())
            };
            feed.push(Item::Told(item), dice.delay(Duration::from_secs(3)));
        }
    }

    pub(super) fn recreate(&self, log: usize) {
        let mut inner = self.lock();
        inner.truth.recreate(log);
        // What a feed has not told yet is of a life that is over. One that tells entries says so; a hint is of no life.
        let Inner { dice, feeds, .. } = &mut *inner;
        for feed in feeds.iter().filter(|feed| feed.log == log) {
            lock(&feed.queue).items.clear();
            if self.notices != Notices::Hints || dice.chance(30) {
                feed.push(
                    Item::Told(FeedItem::Reset(ResetCause::Epoch)),
                    Duration::ZERO,
                );
            }
        }
    }

    pub(super) fn rewind(&self, log: usize, count: u64) {
        self.lock().truth.rewind(log, count);
    }

    pub(super) fn disturb(&self, log: usize, server: usize, fault: FeedFault) {
        let inner = self.lock();
        for feed in &inner.feeds {
            if feed.log == log && feed.server == server {
                match fault {
                    FeedFault::End => feed.push(Item::End, Duration::ZERO),
                    FeedFault::Error => feed.push(Item::Error, Duration::ZERO),
                    FeedFault::Reset => {
                        let reset = FeedItem::Reset(ResetCause::Reconnected);
                        feed.push(Item::Told(reset), Duration::ZERO);
                    }
                    FeedFault::Hang => lock(&feed.queue).hangs = true,
                }
            }
        }
    }

    /// Waits as long as chance says, and may fail.
    async fn work(&self, longest: Duration) -> Result<()> {
        let (delay, fails) = {
            let inner = &mut *self.lock();
            if inner.calm {
                (Duration::ZERO, false)
            } else {
                (inner.dice.delay(longest), inner.dice.chance(3))
            }
        };
        if !delay.is_zero() {
            sleep(delay).await;
        }
        if fails {
            return Err(unavailable());
        }
        Ok(())
    }
}

fn unavailable() -> Error {
    Error::new(ErrorKind::Unavailable, "the engine has a bad day")
}

/// The engine as one server sees it.
pub(super) struct Connected {
    pub(super) engine: Arc<Engine>,
    pub(super) server: usize,
}

/// The log with this number.
pub(super) fn log_id(number: usize) -> LogId {
    LogId {
        tenant: None,
        channel: format!("log{number}").into(),
        shard: 0,
    }
}

/// The number of a log.
pub(super) fn log_number(channel: &str) -> Option<usize> {
    channel.strip_prefix("log")?.parse().ok()
}

fn number(log: &LogId) -> Result<usize> {
    log_number(&log.channel).ok_or_else(unavailable)
}

impl Adapter for Connected {
    fn name(&self) -> &'static str {
        "chaos"
    }

    fn capabilities(&self) -> Capabilities {
        Adapter::capabilities(&Memory::new())
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        Ok(spec.logs())
    }

    async fn append(&self, _: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        Err(unavailable())
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        let log = number(&log)?;
        self.engine.work(Duration::from_secs(4)).await?;
        let queue = Arc::new(FeedQueue {
            log,
            server: self.server,
            queue: Mutex::default(),
            changed: Notify::new(),
        });
        self.engine.lock().feeds.push(Arc::clone(&queue));
        // Confirmed; the answer may still take its time.
        self.engine.work(Duration::from_secs(2)).await?;
        let reading = Reading(queue);
        Ok(Box::pin(stream::unfold(
            Some(reading),
            |reading| async move {
                let reading = reading?;
                match reading.0.next().await {
                    Item::Told(item) => Some((Ok(item), Some(reading))),
                    Item::Error => Some((Err(unavailable()), None)),
                    Item::End => None,
                }
            },
        )))
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, _: usize) -> Result<Page> {
        let log = number(&log)?;
        self.engine.work(Duration::from_secs(2)).await?;
        loop {
            let (entries, epoch, endless) = {
                let inner = &mut *self.engine.lock();
                inner.reads += 1;
                let entries = inner.truth.read(log, after, limit.min(self.engine.page));
                (
                    entries,
                    inner.truth.head(log).epoch,
                    inner.reads > MAX_READS,
                )
            };
            if endless {
                return std::future::pending().await;
            }
            // What happens between the entries and the marks is in the marks alone; but a page is of one life.
            self.engine.work(Duration::from_secs(1)).await?;
            let marks = self.engine.lock().truth.marks(log);
            if marks.epoch == epoch {
                return Ok(Page { entries, marks });
            }
        }
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        let log = number(&log)?;
        self.engine.work(Duration::from_secs(2)).await?;
        let marks = self.engine.lock().truth.marks(log);
        self.engine.work(Duration::from_secs(1)).await?;
        Ok(marks)
    }

    async fn locate(&self, log: LogId, id: Uuid) -> Result<Located> {
        let log = number(&log)?;
        self.engine.work(Duration::from_secs(1)).await?;
        Ok(self.engine.lock().truth.locate(log, id))
    }

    async fn health(&self) -> Health {
        Health {
            ready: true,
            detail: String::new(),
        }
    }

    async fn shutdown(&self, _: Duration) -> Result<()> {
        Ok(())
    }
}

impl Inner {
    /// Whether a reader asked for pages without an end.
    pub(super) fn is_read_without_end(&self) -> bool {
        self.reads > MAX_READS
    }
}
