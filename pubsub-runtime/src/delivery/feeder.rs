//! Follows one log of the engine into its ring: one task per log and server.

use std::{ops::ControlFlow, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    adapter::{Entry, Feed, FeedItem, Marks},
    hub::Hub,
    log::Log,
    ring::Accepted,
    rules::{Rule, holds},
};
use crate::words::{
    clock::IdSource,
    cursor::Seq,
    error::{Error, ErrorKind, Result},
};

/// How long a log's ring is kept after its last subscriber left.
const LINGER: Duration = Duration::from_mins(1);
/// How often the ring's head is compared with the log's: from one to two and a half times this.
const CHECK: Duration = Duration::from_secs(2);
/// How long to wait after the engine failed: doubled from the first to the second, with jitter.
pub(super) const BACKOFF: (Duration, Duration) =
    (Duration::from_millis(100), Duration::from_secs(5));
const PAGE: usize = 256;
const PAGE_BYTES: usize = 1 << 20;

/// Follows one log into its ring.
pub(super) struct Feeder {
    log: Arc<Log>,
    ids: Arc<dyn IdSource>,
}

/// Why the ring must be started anew.
struct Broken;

impl Feeder {
    pub(super) fn new(log: Arc<Log>, ids: Arc<dyn IdSource>) -> Self {
        Self { log, ids }
    }

    /// Runs until nobody reads the log, or the server closes.
    pub(super) async fn run(self, hub: &Hub, stopped: CancellationToken) {
        let mut backoff = BACKOFF.0;
        loop {
            let opened = Instant::now();
            let followed = tokio::select! {
                biased;
                followed = AssertUnwindSafe(self.follow(hub)).catch_unwind() => {
                    // A log without its feeder would look quiet for ever.
                    followed.unwrap_or_else(|_| Err(Error::internal("the feed of a log panicked")))
                }
                () = stopped.cancelled() => return,
            };
            match followed {
                Ok(ControlFlow::Break(())) => return,
                Ok(ControlFlow::Continue(Broken)) => backoff = BACKOFF.0,
                Err(error) => {
                    if opened.elapsed() > 2 * BACKOFF.1 {
                        // It went well meanwhile.
                        backoff = BACKOFF.0;
                    }
                    tracing::warn!(log = ?self.log.id(), error = %error, source = ?error, "the feed of a log failed; it is opened again");
                    let jittered = backoff.mul_f64(0.5 + fraction(self.ids.random()));
                    tokio::select! {
                        biased;
                        () = tokio::time::sleep(jittered) => {}
                        () = stopped.cancelled() => return,
                    }
                    backoff = (backoff * 2).min(BACKOFF.1);
                }
            }
        }
    }

    /// Opens the feed, starts the ring at the log's head, and keeps it there.
    async fn follow(&self, hub: &Hub) -> Result<ControlFlow<(), Broken>> {
        let mut feed = self.log.adapter().feed(self.log.id().clone()).await?;
        // Asked after the feed was confirmed: what is appended from here on is in the feed.
        let marks = self.marks().await?;
        self.log.ring().start(&marks);
        self.log.set_live();
        loop {
            let jitter = 1.0 + 1.5 * fraction(self.ids.random());
            let check = tokio::time::sleep(CHECK.mul_f64(jitter));
            tokio::pin!(check);
            let mut followed = ControlFlow::Continue(());
            while followed.is_continue() && self.log.subscribers() > 0 {
                followed = tokio::select! {
                    // In one order, so that a course of events can be repeated; a feed that is never quiet does not put off the check.
                    biased;
                    () = &mut check => {
                        if holds(Rule::Tail) {
                            followed = self.check_tail().await?;
                        }
                        break;
                    }
                    item = next(&mut feed) => self.take(item?).await?,
                };
            }
            if followed.is_continue() && self.log.subscribers() == 0 {
                if self.rest(hub).await.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                followed = self.catch_up().await?;
            }
            if followed.is_break() {
                return Ok(ControlFlow::Continue(Broken));
            }
        }
    }

    /// Waits, while nobody reads the log, for somebody who does; breaks if nobody came and the log was let go of.
    ///
    /// The ring is kept meanwhile, and an event costs this server nothing.
    async fn rest(&self, hub: &Hub) -> ControlFlow<()> {
        self.log.set_behind();
        self.log.pages().clear();
        while self.log.subscribers() == 0 {
            let came = tokio::time::timeout(LINGER, self.log.wanted()).await;
            if came.is_err() && hub.release(&self.log) {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Brings the ring to the log's head after a rest; from far behind it is started anew, as subscriptions read storage then.
    async fn catch_up(&self) -> Result<ControlFlow<Broken>> {
        let marks = self.marks().await?;
        let (_, head, _) = self.log.ring().head();
        if self.log.ring().contradicts(&marks) || marks.head - head > PAGE as u64 {
            return Ok(ControlFlow::Break(Broken));
        }
        let filled = self.fill(marks.head).await?;
        // A ring that is started anew says by itself when it is live.
        if filled.is_continue() {
            self.log.set_live();
        }
        Ok(filled)
    }

    async fn marks(&self) -> Result<Marks> {
        self.log.adapter().marks(self.log.id().clone()).await
    }

    async fn take(&self, item: FeedItem) -> Result<ControlFlow<Broken>> {
        match item {
            FeedItem::Entry(entry) => {
                let seq = entry.seq;
                match self.accept(entry) {
                    Accepted::Appended | Accepted::Known => Ok(ControlFlow::Continue(())),
                    Accepted::Hole => self.fill(seq).await,
                    Accepted::Diverged => Ok(ControlFlow::Break(Broken)),
                }
            }
            FeedItem::Hint(seq) => self.fill(seq).await,
            FeedItem::Reset(_) => self.check_tail().await,
        }
    }

    fn accept(&self, entry: Entry) -> Accepted {
        let accepted = self.log.ring().accept(entry);
        if accepted == Accepted::Appended {
            self.log.changed().notify_waiters();
        }
        accepted
    }

    /// Reads from storage what the feed did not bring, up to `through`.
    async fn fill(&self, through: Seq) -> Result<ControlFlow<Broken>> {
        loop {
            let (_, head, _) = self.log.ring().head();
            if head >= through {
                return Ok(ControlFlow::Continue(()));
            }
            let page = self
                .log
                .adapter()
                .read(self.log.id().clone(), head, PAGE, PAGE_BYTES)
                .await?;
            if page.entries.is_empty() || self.log.ring().contradicts(&page.marks) {
                return Ok(ControlFlow::Break(Broken));
            }
            for entry in page.entries {
                if matches!(self.accept(entry), Accepted::Hole | Accepted::Diverged) {
                    return Ok(ControlFlow::Break(Broken));
                }
            }
        }
    }

    /// Compares the ring's head with the engine's: repairs a lost notification, and notices another history.
    async fn check_tail(&self) -> Result<ControlFlow<Broken>> {
        self.log.pages().sweep();
        let seen_through = self.log.ring().seen_through();
        let marks = self.marks().await?;
        if self.log.ring().contradicts(&marks) || marks.head < seen_through {
            return Ok(ControlFlow::Break(Broken));
        }
        self.fill(marks.head).await
    }
}

async fn next(feed: &mut Feed) -> Result<FeedItem> {
    match feed.next().await {
        Some(item) => item,
        None => Err(Error::new(ErrorKind::Unavailable, "the feed ended")),
    }
}

/// A number from 0 to 1 out of 64 random bits.
#[allow(
    clippy::cast_precision_loss,
    reason = "jitter needs no more than the bits a float keeps"
)]
fn fraction(random: u64) -> f64 {
    random as f64 / u64::MAX as f64
}
