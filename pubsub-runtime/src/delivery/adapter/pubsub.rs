//! An adapter by the four words of a message bus: publish, subscribe with a handler, fetch history, shut down.

use std::{fmt, future::Future, ops::ControlFlow, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    Capabilities, ChannelSpec, DynAdapter, Entry, Epoch, Feed, FeedItem, Health, LogId, NewEvent,
    Page, Seq,
};
use crate::words::{
    envelope::{Envelope, Raw, Timestamp},
    error::{Error, ErrorKind, Result},
};

/// The most entries and bytes of one read.
const PAGE: (usize, usize) = (256, 1 << 20);

/// An [`Adapter`](super::Adapter) as a plain message bus, for programs that publish and handle events without a server.
///
/// It has no access rules, no filters and no resume: a subscription begins with what is published after it. What a server does
/// for its clients is not built on it.
#[derive(Clone)]
pub struct PubSubAdapter {
    adapter: Arc<dyn DynAdapter>,
    limits: ChannelSpec,
}

/// What a handler is given, in the order of the channel.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every delivery is an event; a box for each would cost more than it saves"
)]
pub enum Delivery {
    /// A published event.
    Event(Envelope<Raw>),
    /// Events were removed before the handler came to them, or continuity cannot be proven.
    Lost {
        /// How many, if that is known.
        missed: Option<u64>,
    },
}

impl PubSubAdapter {
    /// The bus on an adapter. Every channel is one log and is kept as `limits` says, whose channel and partitions do not matter.
    pub fn new(adapter: Arc<dyn DynAdapter>, limits: ChannelSpec) -> Self {
        Self { adapter, limits }
    }

    async fn log(&self, channel: &str) -> Result<LogId> {
        let spec = ChannelSpec {
            channel: channel.into(),
            partitions: 1,
            ..self.limits.clone()
        };
        let logs = self.adapter.open(spec).await?;
        let first = logs.into_iter().next();
        first.ok_or_else(|| Error::internal("a channel has no log"))
    }

    /// Publishes an event on its channel, and stores it: an engine that keeps nothing says so in its capabilities. An event that
    /// was published before is not published again, where the engine tells repeats.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST` if the id is no UUID; otherwise as [`Adapter::append`](super::Adapter::append).
    pub async fn publish(&self, event: &Envelope<Raw>) -> Result<()> {
        let id = Uuid::parse_str(&event.id).map_err(|error| {
            Error::new(ErrorKind::BadRequest, "the event's id is no UUID").with_source(error)
        })?;
        let new = NewEvent {
            id,
            name: event.name.as_str().into(),
            time: event.timestamp,
            key: event.meta.partition_key.as_deref().map(Into::into),
            body: Bytes::from(serde_json::to_vec(event).map_err(Error::internal)?),
        };
        let log = self.log(&event.channel).await?;
        self.adapter.append(vec![(log, new)]).await?;
        Ok(())
    }

    /// Stores an event: the same as [`PubSubAdapter::publish`], since nothing is announced that is not stored.
    ///
    /// # Errors
    ///
    /// As [`PubSubAdapter::publish`].
    pub async fn persist(&self, event: &Envelope<Raw>) -> Result<()> {
        self.publish(event).await
    }

    /// Calls the handler with each event published on the channel from now on, one after the other. A handler that is slow has its
    /// events read from storage later.
    ///
    /// # Errors
    ///
    /// As [`Adapter::feed`](super::Adapter::feed).
    pub async fn subscribe<H, F>(&self, channel: &str, handler: H) -> Result<Handling>
    where
        H: FnMut(Delivery) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let log = self.log(channel).await?;
        let feed = self.adapter.feed(log.clone()).await?;
        let marks = self.adapter.marks(log.clone()).await?;
        let place = Place {
            adapter: Arc::clone(&self.adapter),
            log,
            epoch: marks.epoch,
            last: marks.head,
            handler,
        };
        Ok(Handling(Some(tokio::spawn(place.follow(feed)))))
    }

    /// Retained events of a channel, oldest first: those stored at or after `since`, at most `limit` and at most 10,000.
    ///
    /// # Errors
    ///
    /// `NOT_IMPLEMENTED` if the engine keeps no history; otherwise as [`Adapter::read`](super::Adapter::read).
    pub async fn fetch_history(
        &self,
        channel: &str,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Envelope<Raw>>> {
        let log = self.log(channel).await?;
        let mut after = match since {
            Some(time) => self.adapter.seek_time(log.clone(), time).await?,
            None => 0,
        };
        let (mut events, limit) = (Vec::new(), limit.min(10_000));
        while events.len() < limit {
            let count = PAGE.0.min(limit - events.len());
            let page = self.adapter.read(log.clone(), after, count, PAGE.1).await?;
            let Some(last) = page.entries.last() else {
                break;
            };
            after = last.seq;
            for entry in &page.entries {
                events.push(envelope(&entry.body)?);
            }
        }
        Ok(events)
    }

    /// Whether the engine can be used now.
    pub async fn health(&self) -> Health {
        self.adapter.health().await
    }

    /// Ends subscriptions after what was published before, and the adapter with them.
    ///
    /// # Errors
    ///
    /// As [`Adapter::shutdown`](super::Adapter::shutdown).
    pub async fn shutdown(&self, deadline: Duration) -> Result<()> {
        self.adapter.shutdown(deadline).await
    }
}

impl fmt::Debug for PubSubAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PubSubAdapter")
            .field("adapter", &self.adapter.name())
            .finish_non_exhaustive()
    }
}

fn envelope(body: &[u8]) -> Result<Envelope<Raw>> {
    serde_json::from_slice(body).map_err(Error::internal)
}

/// A subscription with a handler; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "the subscription ends when this is dropped"]
pub struct Handling(Option<JoinHandle<()>>);

impl Handling {
    /// Ends the subscription. When this returns, no call of the handler is under way; one that waited was dropped.
    pub async fn unsubscribe(mut self) {
        if let Some(task) = self.0.take() {
            task.abort();
            // An error says that the task was ended, which was asked for.
            drop(task.await);
        }
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// How far a handler came.
struct Place<H> {
    adapter: Arc<dyn DynAdapter>,
    log: LogId,
    epoch: Epoch,
    last: Seq,
    handler: H,
}

impl<H, F> Place<H>
where
    H: FnMut(Delivery) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    async fn follow(mut self, mut feed: Feed) {
        while let Some(item) = feed.next().await {
            let taken = match item {
                Ok(item) => self.take(item).await,
                Err(error) => Err(error),
            };
            if taken.is_err() {
                // Storage or the feed cannot be asked: the handler hears of it rather than of nothing.
                (self.handler)(Delivery::Lost { missed: None }).await;
            }
        }
    }

    async fn take(&mut self, item: FeedItem) -> Result<()> {
        let Capabilities {
            history,
            contiguous_seq,
            ..
        } = self.adapter.capabilities();
        match item {
            FeedItem::Entry(entry) if entry.seq <= self.last => Ok(()),
            FeedItem::Entry(entry) if entry.seq == self.last + 1 => self.event(&entry).await,
            FeedItem::Entry(entry) if !history => {
                if contiguous_seq {
                    let missed = entry.seq - 1 - self.last;
                    (self.handler)(Delivery::Lost {
                        missed: Some(missed),
                    })
                    .await;
                }
                self.event(&entry).await
            }
            FeedItem::Entry(entry) => self.read_through(entry.seq).await,
            FeedItem::Hint(seq) => self.read_through(seq).await,
            FeedItem::Reset(_) => {
                let marks = self.adapter.marks(self.log.clone()).await?;
                if marks.epoch != self.epoch || marks.head < self.last || !history {
                    // Another log, or one that cannot be read: what lay between is not known.
                    self.epoch = marks.epoch;
                    self.last = if history {
                        marks.trimmed_through
                    } else {
                        marks.head
                    };
                    (self.handler)(Delivery::Lost { missed: None }).await;
                }
                self.read_through(marks.head).await
            }
        }
    }

    async fn event(&mut self, entry: &Entry) -> Result<()> {
        self.last = entry.seq;
        (self.handler)(Delivery::Event(envelope(&entry.body)?)).await;
        Ok(())
    }

    async fn read_through(&mut self, seq: Seq) -> Result<()> {
        while self.last < seq {
            let page = self
                .adapter
                .read(self.log.clone(), self.last, PAGE.0, PAGE.1)
                .await?;
            if self.hand_over(page).await?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Gives a page to the handler; breaks if it had nothing.
    async fn hand_over(&mut self, page: Page) -> Result<ControlFlow<()>> {
        let trimmed = page.marks.trimmed_through;
        let begins = page.entries.first().map_or(trimmed, |first| first.seq - 1);
        let contiguous = self.adapter.capabilities().contiguous_seq;
        // Where numbers are not the log's own, those between two entries may never have been its.
        let lost_through = if contiguous {
            begins
        } else {
            trimmed.min(begins)
        };
        if lost_through > self.last {
            let missed = contiguous.then_some(lost_through - self.last);
            self.last = lost_through;
            (self.handler)(Delivery::Lost { missed }).await;
        } else if page.entries.is_empty() {
            return Ok(ControlFlow::Break(()));
        }
        for entry in &page.entries {
            self.event(entry).await?;
        }
        Ok(ControlFlow::Continue(()))
    }
}

#[cfg(test)]
mod tests;
