//! One log on this server: its ring, and who waits for it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::Notify;

use super::{
    adapter::{DynAdapter, LogId},
    pages::{PageBudget, Pages},
    ring::{Ring, RingBudget},
    tokens::Tokens,
};
use crate::words::cursor::log_tag;

/// One log on this server.
pub(crate) struct Log {
    id: LogId,
    tag: u32,
    adapter: Arc<dyn DynAdapter>,
    tokens: Tokens,
    // A std mutex: it is held to push or to look at one entry, never across an await.
    ring: Mutex<Ring>,
    pages: Pages,
    changed: Arc<Notify>,
    /// Whether the ring follows the log: not before the feed is confirmed, nor while nobody reads the log and the feeder rests.
    is_live: AtomicBool,
    subscribers: AtomicUsize,
    /// Wakes a feeder that rests.
    wanted: Notify,
}

impl Log {
    pub(super) fn new(id: LogId, adapter: Arc<dyn DynAdapter>, budget: Arc<RingBudget>) -> Self {
        let tag = log_tag(id.tenant.as_deref(), &id.channel, id.shard);
        Self {
            id,
            tag,
            adapter,
            tokens: Tokens::default(),
            ring: Mutex::new(Ring::new(tag, budget)),
            pages: Pages::new(Arc::default()),
            changed: Arc::new(Notify::new()),
            is_live: AtomicBool::new(false),
            subscribers: AtomicUsize::new(0),
            wanted: Notify::new(),
        }
    }

    /// Has its places written through `tokens`.
    pub(super) fn with_tokens(mut self, tokens: &Tokens) -> Self {
        self.ring().set_tokens(tokens.clone());
        self.tokens = tokens.clone();
        self
    }

    /// Has its pages counted with those of other logs.
    pub(super) fn with_page_budget(mut self, budget: &Arc<PageBudget>) -> Self {
        self.pages = Pages::new(Arc::clone(budget));
        self
    }

    /// The pages its subscriptions share.
    pub(super) fn pages(&self) -> &Pages {
        &self.pages
    }

    /// What its places are written through.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn id(&self) -> &LogId {
        &self.id
    }

    /// Its name in cursor tokens.
    pub(crate) fn tag(&self) -> u32 {
        self.tag
    }

    pub(crate) fn adapter(&self) -> &Arc<dyn DynAdapter> {
        &self.adapter
    }

    pub(crate) fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Woken whenever the ring changed; it says that there is something, never what.
    pub(crate) fn changed(&self) -> &Arc<Notify> {
        &self.changed
    }

    pub(super) fn set_live(&self) {
        self.is_live.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Resolves once the ring follows the log.
    pub(super) async fn live(&self) {
        loop {
            // Made before the look: what changes between the look and the wait still wakes it.
            let changed = self.changed.notified();
            if self.is_live.load(Ordering::Acquire) {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn set_behind(&self) {
        self.is_live.store(false, Ordering::Release);
    }

    /// Resolves when a subscription attached since the last call.
    pub(super) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    pub(super) fn subscribers(&self) -> usize {
        self.subscribers.load(Ordering::Acquire)
    }
}

/// A log that a subscription reads; while it exists the log is fed.
pub(crate) struct Attached(Arc<Log>);

impl Attached {
    pub(super) fn new(log: Arc<Log>) -> Self {
        if log.subscribers.fetch_add(1, Ordering::AcqRel) == 0 {
            log.wanted.notify_one();
        }
        Self(log)
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.0.subscribers.fetch_sub(1, Ordering::AcqRel);
    }
}

impl std::ops::Deref for Attached {
    type Target = Arc<Log>;

    fn deref(&self) -> &Arc<Log> {
        &self.0
    }
}
