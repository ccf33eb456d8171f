//! What the author of an adapter gives the contract: handles onto one engine, a restart, and a hand on its clock.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering as Atomic},
    },
    time::Duration,
};

use super::super::{DynAdapter, LogId, Memory, NewEvent};
use crate::words::{
    clock::{Clock, RandomIds},
    envelope::Timestamp,
    error::{Error, ErrorKind, Result},
};

/// One engine, ready for one behaviour.
///
/// Each behaviour gets a fixture of its own, since some shut down or restart what they use. Channels have names that no other
/// run uses, so the engine behind several fixtures may be one server that is started once.
pub trait Fixture: Send + Sync + 'static {
    /// A handle onto the engine, as another server would have one. Where an engine lives in one value, the same value again.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached: the behaviour fails with this error.
    fn connect(&self) -> impl Future<Output = Result<Arc<dyn DynAdapter>>> + Send;

    /// Ends the engine and starts it over what it has stored. The handles given out before are dropped by then, but were not
    /// shut down.
    ///
    /// # Errors
    ///
    /// When the engine does not start: the behaviour fails with this error.
    fn restart(&self) -> impl Future<Output = Result<()>> + Send;

    /// The clock that the engine's retention follows, if it can be moved. Without one the retention behaviours sleep, some ten
    /// seconds altogether.
    fn clock(&self) -> Option<HandClock> {
        None
    }

    /// Appends in a transaction of the application's own, which it then commits or rolls back. Asked only of an adapter whose
    /// [`Capabilities::transactional`](super::super::Capabilities::transactional) holds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotImplemented`] unless the fixture says how.
    fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            drop(batch);
            Err(Error::new(
                ErrorKind::NotImplemented,
                format!("this fixture cannot append in a transaction (commit: {commit})"),
            ))
        }
    }
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// [`Fixture`] behind a pointer; every fixture is one.
pub trait DynFixture: Send + Sync + 'static {
    /// As [`Fixture::connect`].
    fn connect(&self) -> BoxFuture<'_, Result<Arc<dyn DynAdapter>>>;
    /// As [`Fixture::restart`].
    fn restart(&self) -> BoxFuture<'_, Result<()>>;
    /// As [`Fixture::clock`].
    fn clock(&self) -> Option<HandClock>;
    /// As [`Fixture::append_in_transaction`].
    fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> BoxFuture<'_, Result<()>>;
}

impl<F: Fixture> DynFixture for F {
    fn connect(&self) -> BoxFuture<'_, Result<Arc<dyn DynAdapter>>> {
        Box::pin(Fixture::connect(self))
    }
    fn restart(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(Fixture::restart(self))
    }
    fn clock(&self) -> Option<HandClock> {
        Fixture::clock(self)
    }
    fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> BoxFuture<'_, Result<()>> {
        Box::pin(Fixture::append_in_transaction(self, batch, commit))
    }
}

/// A clock that stands still until it is moved; clones show the same time.
#[derive(Clone)]
pub struct HandClock(Arc<AtomicU64>);

impl HandClock {
    /// A clock that shows a fixed moment of the year 2027.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_800_000_000_000)))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(millis(by), Atomic::SeqCst);
    }

    /// Moves it back, as a clock that is set right.
    pub fn step_back(&self, by: Duration) {
        self.0.fetch_sub(millis(by), Atomic::SeqCst);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Default for HandClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Atomic::SeqCst))
    }
}

impl fmt::Debug for HandClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HandClock").field(&self.now()).finish()
    }
}

/// The fixture of the [`Memory`] adapter.
#[derive(Debug)]
pub struct InMemory {
    clock: HandClock,
    engine: Mutex<Arc<Memory>>,
}

impl InMemory {
    /// Empty logs on a [`HandClock`].
    pub fn new() -> Self {
        let clock = HandClock::new();
        let engine = Mutex::new(Arc::new(memory(&clock)));
        Self { clock, engine }
    }
}

/// Empty logs on this clock.
pub(super) fn memory(clock: &HandClock) -> Memory {
    Memory::with_sources(Arc::new(clock.clone()), &RandomIds::default())
}

impl Default for InMemory {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture for InMemory {
    async fn connect(&self) -> Result<Arc<dyn DynAdapter>> {
        let engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let engine: Arc<Memory> = engine.clone();
        Ok(engine)
    }

    async fn restart(&self) -> Result<()> {
        *self.engine.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(memory(&self.clock));
        Ok(())
    }

    fn clock(&self) -> Option<HandClock> {
        Some(self.clock.clone())
    }
}
