//! Places kept for clients that cannot send one: what their network stack confirmed last.

mod seat;
mod source;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::TaskTracker;

use self::seat::Seat;
pub(crate) use self::source::Kept;
use crate::{
    services::cursor_store::{CursorStore, StoredCursor},
    words::error::{Error, ErrorKind, Result},
};

/// How long a store may take to answer.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a place is kept after it was stored last. Longer than any retention that makes sense: what is past both is gone anyway.
const KEPT_FOR: Duration = Duration::from_hours(24 * 90);

/// Every consumer with a subscription on this server, and where their places are stored.
pub(crate) struct Consumers {
    store: Arc<dyn CursorStore>,
    // A std mutex: it is held for a look-up or an insert, never across an await.
    seats: Mutex<HashMap<Arc<str>, Arc<Seat>>>,
    /// Writes under way.
    tasks: TaskTracker,
}

impl Consumers {
    pub(crate) fn new(store: Arc<dyn CursorStore>) -> Arc<Self> {
        Arc::new(Self {
            store,
            seats: Mutex::default(),
            tasks: TaskTracker::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Seat>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a name that the store does not know may have been used before.
    ///
    /// A store that survives restarts knows every name that was used within [`KEPT_FOR`]: one it does not know is new. One that does
    /// not survive cannot tell a new name from one that was used before the restart, and the client does not say which it is: to be
    /// safe, it is taken as lost.
    pub(crate) fn forgets(&self) -> bool {
        !self.store.survives_restart()
    }

    /// Takes the place of a consumer over: whoever had it is ended. Answers what is known of it.
    ///
    /// # Errors
    ///
    /// `SERVICE_UNAVAILABLE` if the store does not answer.
    pub(crate) async fn claim(
        self: &Arc<Self>,
        key: &str,
    ) -> Result<(Claim, Option<StoredCursor>)> {
        let claim = {
            let mut seats = self.lock();
            let key: Arc<str> = key.into();
            let seat = seats
                .entry(Arc::clone(&key))
                .or_insert_with(|| Arc::new(Seat::new(key)));
            Claim {
                holder: seat.take(),
                seat: Arc::clone(seat),
                consumers: Arc::clone(self),
                runtime: Handle::current(),
            }
        };
        // A write of the one before that is under way comes first: it must not overwrite what follows.
        let order = claim.seat.order.lock().await;
        let known = if let Some(latest) = claim.seat.latest() {
            Some(latest)
        } else {
            let asked = self.store.get(claim.seat.key.to_string());
            timeout(STORE_TIMEOUT, asked).await.map_err(|_| late())??
        };
        drop(order);
        Ok((claim, known))
    }

    /// Waits for the writes under way, within `deadline`.
    pub(crate) async fn stop(&self, deadline: Duration) {
        self.tasks.close();
        if timeout(deadline, self.tasks.wait()).await.is_err() {
            tracing::warn!("leaving places of consumers that were not stored in time");
        }
    }
}

/// A consumer's place, held by one subscription.
pub(crate) struct Claim {
    consumers: Arc<Consumers>,
    seat: Arc<Seat>,
    holder: u64,
    /// It may be dropped outside of it.
    runtime: Handle,
}

impl Claim {
    /// Stores the place a subscription begins at, before it gives anything.
    ///
    /// # Errors
    ///
    /// What the store says: without a stored place nothing could be promised.
    pub(crate) async fn begin(&self, place: StoredCursor) -> Result<()> {
        let order = self.seat.order.lock().await;
        if !self.seat.begin(self.holder, &place) {
            return Err(taken_over());
        }
        let stored = self
            .consumers
            .store
            .put(self.seat.key.to_string(), place, KEPT_FOR);
        timeout(STORE_TIMEOUT, stored).await.map_err(|_| late())??;
        drop(order);
        Ok(())
    }

    fn is_over(&self) -> bool {
        !self.seat.is_held_by(self.holder)
    }

    /// Has a place stored: at once if nothing was stored within a second.
    fn note(&self, place: StoredCursor) {
        if self.seat.note(self.holder, place) {
            self.write();
        }
    }

    fn write(&self) {
        let (consumers, seat) = (Arc::clone(&self.consumers), Arc::clone(&self.seat));
        let writing = async move {
            seat.write(&*consumers.store).await;
            consumers.leave(&seat);
        };
        self.consumers.tasks.spawn_on(writing, &self.runtime);
    }
}

impl Consumers {
    /// Forgets a seat that nobody holds and whose place is stored.
    fn leave(&self, seat: &Arc<Seat>) {
        let mut seats = self.lock();
        let is_current = |known: &Arc<Seat>| Arc::ptr_eq(known, seat);
        if seat.is_idle() && seats.get(&seat.key).is_some_and(is_current) {
            seats.remove(&seat.key);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.seat.leave(self.holder);
        self.consumers.leave(&self.seat);
    }
}

fn late() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "the store of consumers' places does not answer",
    )
}

fn taken_over() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "a newer subscription has taken this consumer over",
    )
}

impl fmt::Debug for Consumers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumers")
            .field("seats", &self.lock().len())
            .finish_non_exhaustive()
    }
}
