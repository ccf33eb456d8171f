//! Every log that somebody reads on this server, each fed once.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    adapter::{DynAdapter, LogId},
    feeder::Feeder,
    log::{Attached, Log},
    pages::PageBudget,
    ring::RingBudget,
    tokens::Tokens,
};
use crate::words::{
    clock::IdSource,
    error::{Error, ErrorKind, Result},
};

/// How long a first subscriber waits for the engine to confirm the feed.
const ATTACH_TIMEOUT: Duration = Duration::from_secs(5);

/// Every log that somebody reads on this server.
pub(crate) struct Hub {
    adapter: Arc<dyn DynAdapter>,
    ids: Arc<dyn IdSource>,
    budget: Arc<RingBudget>,
    page_budget: Arc<PageBudget>,
    tokens: Tokens,
    // A std mutex: it is held for a look-up or an insert, never across an await.
    logs: Mutex<HashMap<LogId, Arc<Log>>>,
    tasks: TaskTracker,
    stopped: CancellationToken,
}

impl Hub {
    /// A hub whose tokens are not encrypted.
    #[cfg(test)]
    pub(crate) fn new(adapter: Arc<dyn DynAdapter>, ids: Arc<dyn IdSource>) -> Arc<Self> {
        Self::with_budget(adapter, ids, RingBudget::default())
    }

    /// As [`Hub::new`], with other limits of the rings.
    #[cfg(test)]
    pub(crate) fn with_budget(
        adapter: Arc<dyn DynAdapter>,
        ids: Arc<dyn IdSource>,
        budget: RingBudget,
    ) -> Arc<Self> {
        Self::with_parts(adapter, ids, budget, Tokens::default())
    }

    /// A hub over this adapter, with its places written through `tokens`.
    pub(crate) fn with_tokens(
        adapter: Arc<dyn DynAdapter>,
        ids: Arc<dyn IdSource>,
        tokens: Tokens,
    ) -> Arc<Self> {
        Self::with_parts(adapter, ids, RingBudget::default(), tokens)
    }

    fn with_parts(
        adapter: Arc<dyn DynAdapter>,
        ids: Arc<dyn IdSource>,
        budget: RingBudget,
        tokens: Tokens,
    ) -> Arc<Self> {
        Arc::new(Self {
            adapter,
            ids,
            budget: Arc::new(budget),
            page_budget: Arc::default(),
            tokens,
            logs: Mutex::default(),
            tasks: TaskTracker::new(),
            stopped: CancellationToken::new(),
        })
    }

    /// What places are written and read through.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn adapter(&self) -> &Arc<dyn DynAdapter> {
        &self.adapter
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LogId, Arc<Log>>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Attaches a subscription to a log, which is fed from then on.
    ///
    /// # Errors
    ///
    /// As [`Hub::attach_all`].
    #[cfg(test)]
    pub(crate) async fn attach(self: &Arc<Self>, id: &LogId) -> Result<Attached> {
        let mut attached = self.attach_all([id]).await?;
        attached.pop().ok_or_else(|| Error::internal("no log"))
    }

    /// Attaches a subscription to several logs at once, in their order; they are fed from then on.
    ///
    /// # Errors
    ///
    /// `SERVICE_UNAVAILABLE` if the engine did not confirm all feeds within five seconds.
    pub(crate) async fn attach_all<'a>(
        self: &Arc<Self>,
        ids: impl IntoIterator<Item = &'a LogId>,
    ) -> Result<Vec<Attached>> {
        let attached: Vec<_> = ids.into_iter().map(|id| self.attach_or_start(id)).collect();
        let live = join_all(attached.iter().map(|log| log.live()));
        match tokio::time::timeout(ATTACH_TIMEOUT, live).await {
            Ok(_) => Ok(attached),
            Err(_) => Err(Error::new(
                ErrorKind::Unavailable,
                "the event log cannot be read at the moment",
            )),
        }
    }

    fn attach_or_start(self: &Arc<Self>, id: &LogId) -> Attached {
        let mut logs = self.lock();
        if let Some(log) = logs.get(id) {
            return Attached::new(Arc::clone(log));
        }
        let (adapter, budget) = (Arc::clone(&self.adapter), Arc::clone(&self.budget));
        let log = Log::new(id.clone(), adapter, budget)
            .with_tokens(&self.tokens)
            .with_page_budget(&self.page_budget);
        let log = Arc::new(log);
        logs.insert(id.clone(), Arc::clone(&log));
        let attached = Attached::new(Arc::clone(&log));
        let (hub, stopped) = (Arc::clone(self), self.stopped.clone());
        let feeder = Feeder::new(log, Arc::clone(&self.ids));
        self.tasks
            .spawn(async move { feeder.run(&hub, stopped).await });
        attached
    }

    /// Forgets a log if nobody reads it; new subscribers then start it anew.
    pub(super) fn release(&self, log: &Arc<Log>) -> bool {
        let mut logs = self.lock();
        let unused = log.subscribers() == 0;
        if unused {
            logs.remove(log.id());
        }
        unused
    }

    /// Ends the feeders and waits for them.
    pub(crate) async fn stop(&self) {
        self.stopped.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("adapter", &self.adapter.name())
            .field("logs", &self.lock().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use futures_util::StreamExt as _;
    use uuid::Uuid;

    use super::{super::feeder::BACKOFF, *};
    use crate::{
        delivery::adapter::{
            Adapter, Appended, Capabilities, ChannelSpec, Feed, Health, Marks, Memory, NewEvent,
            Page, Seq,
        },
        words::{clock::RandomIds, envelope::Timestamp},
    };

    async fn append(memory: &Memory, log: &LogId, numbers: std::ops::RangeInclusive<u128>) {
        for number in numbers {
            let event = NewEvent {
                id: Uuid::from_u128(number),
                name: "orders:created".into(),
                time: Timestamp::from_millis(0),
                key: None,
                body: Bytes::from_static(b"{}"),
            };
            Adapter::append(memory, vec![(log.clone(), event)])
                .await
                .unwrap();
        }
    }

    fn head(log: &Attached) -> u64 {
        log.ring().head().1
    }

    /// Waits until the ring is at `seq`; time is paused, so that only what happens counts.
    async fn reaches(log: &Attached, seq: u64) {
        for _ in 0..10_000 {
            if head(log) == seq {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the ring stays at {} instead of {seq}", head(log));
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_nobody_reads_rests_and_is_at_its_head_when_somebody_comes() {
        let memory = Arc::new(Memory::new());
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), 10_000, 1 << 20);
        let id = Adapter::open(&*memory, spec).await.unwrap().remove(0);
        let hub = Hub::new(
            Arc::clone(&memory) as Arc<dyn DynAdapter>,
            Arc::new(RandomIds::default()),
        );
        let first = hub.attach(&id).await.unwrap();
        append(&memory, &id, 1..=3).await;
        reaches(&first, 3).await;
        let generation = first.ring().generation();
        let log = Arc::clone(&first);
        drop(first);
        // Past the next comparison of heads, the feeder rests.
        tokio::time::sleep(Duration::from_secs(10)).await;
        append(&memory, &id, 4..=6).await;
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(log.ring().head().1, 3);
        let second = hub.attach(&id).await.unwrap();
        assert_eq!(
            (head(&second), second.ring().generation()),
            (6, generation),
            "caught up, with its ring kept"
        );
        append(&memory, &id, 7..=7).await;
        reaches(&second, 7).await;
        drop(second);
        tokio::time::sleep(Duration::from_secs(10)).await;
        append(&memory, &id, 8..=1_000).await;
        let third = hub.attach(&id).await.unwrap();
        assert_eq!(head(&third), 1_000);
        assert_ne!(
            third.ring().generation(),
            generation,
            "from far behind it starts anew"
        );
        drop((third, log));
        tokio::time::sleep(LINGER_AND_MORE).await;
        assert_eq!(hub.lock().len(), 0, "after a minute the log is let go of");
    }

    /// A memory adapter whose first feed panics, whose every feed tells nothing, or whose first eight feeds fail and whose ninth
    /// ends after an hour.
    struct Flaky {
        memory: Memory,
        feeds: AtomicUsize,
        deaf: bool,
        fails: bool,
    }

    impl Adapter for Flaky {
        fn name(&self) -> &'static str {
            "flaky"
        }

        fn capabilities(&self) -> Capabilities {
            Adapter::capabilities(&self.memory)
        }

        async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
            Adapter::open(&self.memory, spec).await
        }

        async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
            Adapter::append(&self.memory, batch).await
        }

        async fn feed(&self, log: LogId) -> Result<Feed> {
            if self.deaf {
                return Ok(Box::pin(futures_util::stream::pending()));
            }
            if self.fails {
                return match self.feeds.fetch_add(1, Ordering::SeqCst) {
                    0..8 => Err(Error::new(ErrorKind::Unavailable, "no engine")),
                    8 => {
                        let hour = Box::pin(tokio::time::sleep(Duration::from_hours(1)));
                        Ok(Box::pin(futures_util::stream::pending().take_until(hour)))
                    }
                    _ => Adapter::feed(&self.memory, log).await,
                };
            }
            assert!(
                self.feeds.fetch_add(1, Ordering::SeqCst) > 0,
                "a defect of the adapter"
            );
            Adapter::feed(&self.memory, log).await
        }

        async fn read(
            &self,
            log: LogId,
            after: Seq,
            limit: usize,
            max_bytes: usize,
        ) -> Result<Page> {
            Adapter::read(&self.memory, log, after, limit, max_bytes).await
        }

        async fn marks(&self, log: LogId) -> Result<Marks> {
            Adapter::marks(&self.memory, log).await
        }

        async fn health(&self) -> Health {
            Adapter::health(&self.memory).await
        }

        async fn shutdown(&self, deadline: Duration) -> Result<()> {
            Adapter::shutdown(&self.memory, deadline).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_that_panics_is_opened_again() {
        let flaky = Arc::new(Flaky {
            memory: Memory::new(),
            feeds: AtomicUsize::new(0),
            deaf: false,
            fails: false,
        });
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100, 1 << 20);
        let id = Adapter::open(&*flaky, spec).await.unwrap().remove(0);
        let hub = Hub::new(
            Arc::clone(&flaky) as Arc<dyn DynAdapter>,
            Arc::new(RandomIds::default()),
        );
        let log = hub.attach(&id).await.unwrap();
        append(&flaky.memory, &id, 1..=3).await;
        reaches(&log, 3).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_feed_does_not_tell_is_found_by_the_next_comparison() {
        let deaf = Arc::new(Flaky {
            memory: Memory::new(),
            feeds: AtomicUsize::new(0),
            deaf: true,
            fails: false,
        });
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100, 1 << 20);
        let id = Adapter::open(&*deaf, spec).await.unwrap().remove(0);
        let hub = Hub::new(
            Arc::clone(&deaf) as Arc<dyn DynAdapter>,
            Arc::new(RandomIds::default()),
        );
        let log = hub.attach(&id).await.unwrap();
        let generation = log.ring().generation();
        append(&deaf.memory, &id, 1..=3).await;
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!((head(&log), log.ring().generation()), (3, generation));
    }

    #[tokio::test(start_paused = true)]
    async fn a_feed_that_was_well_for_long_is_opened_again_soon() {
        let flaky = Arc::new(Flaky {
            memory: Memory::new(),
            feeds: AtomicUsize::new(0),
            deaf: false,
            fails: true,
        });
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100, 1 << 20);
        let id = Adapter::open(&*flaky, spec).await.unwrap().remove(0);
        let hub = Hub::new(
            Arc::clone(&flaky) as Arc<dyn DynAdapter>,
            Arc::new(RandomIds::default()),
        );
        let log = hub.attach_or_start(&id);
        while flaky.feeds.load(Ordering::SeqCst) < 9 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_hours(1)).await;
        tokio::time::sleep(BACKOFF.0 * 2).await;
        assert_eq!(flaky.feeds.load(Ordering::SeqCst), 10);
        drop(log);
    }

    #[tokio::test(start_paused = true)]
    async fn a_log_that_ends_before_what_was_read_of_it_is_another_history() {
        let memory = Arc::new(Memory::new());
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), 100, 1 << 20);
        let id = Adapter::open(&*memory, spec).await.unwrap().remove(0);
        let hub = Hub::new(
            Arc::clone(&memory) as Arc<dyn DynAdapter>,
            Arc::new(RandomIds::default()),
        );
        let log = hub.attach(&id).await.unwrap();
        let generation = log.ring().generation();
        log.ring().note_read(generation, 9, None);
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(log.ring().generation(), generation + 1);
    }

    const LINGER_AND_MORE: Duration = Duration::from_secs(90);
}
