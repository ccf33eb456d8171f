//! The place of one consumer on this server: who holds it, what is known of it, and its write under way.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use super::{KEPT_FOR, STORE_TIMEOUT};
use crate::services::cursor_store::{CursorStore, StoredCursor};

/// The least time between two writes, but for the last one.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Seat {
    pub(super) key: Arc<str>,
    /// Held while the store is asked or written, so that writes keep their order.
    pub(super) order: tokio::sync::Mutex<()>,
    /// Wakes a write that waits for its time.
    pub(super) hurry: Notify,
    /// Wakes the holder that is to learn that another one came.
    pub(super) holder: AtomicWaker,
    // A std mutex: it is held to look at or change the state, never across an await.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How often the seat was taken: the last one to take it holds it.
    taken: u64,
    held: bool,
    latest: Option<StoredCursor>,
    /// Whether `latest` is newer than what is stored.
    is_newer: bool,
    writing: bool,
    written: Option<Instant>,
}

impl Seat {
    pub(super) fn new(key: Arc<str>) -> Self {
        Self {
            key,
            order: tokio::sync::Mutex::default(),
            hurry: Notify::new(),
            holder: AtomicWaker::new(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it, from whoever holds it; answers the new holder's number.
    pub(super) fn take(&self) -> u64 {
        let mut state = self.state();
        state.taken += 1;
        state.held = true;
        let holder = state.taken;
        drop(state);
        self.holder.wake();
        holder
    }

    pub(super) fn is_held_by(&self, holder: u64) -> bool {
        self.state().taken == holder
    }

    fn is_held(&self) -> bool {
        self.state().held
    }

    pub(super) fn latest(&self) -> Option<StoredCursor> {
        self.state().latest.clone()
    }

    /// Notes a place that its holder is about to store; `false` if it is held by another.
    pub(super) fn begin(&self, holder: u64, place: &StoredCursor) -> bool {
        let mut state = self.state();
        let is_holder = state.taken == holder;
        if is_holder {
            state.latest = Some(place.clone());
            state.is_newer = false;
            state.written = Some(Instant::now());
        }
        is_holder
    }

    /// Notes a place to be stored; whether a write is to be started for it.
    pub(super) fn note(&self, holder: u64, place: StoredCursor) -> bool {
        let mut state = self.state();
        if state.taken != holder {
            return false;
        }
        state.latest = Some(place);
        state.is_newer = true;
        !std::mem::replace(&mut state.writing, true)
    }

    /// The holder is gone: what is not stored yet is stored now.
    pub(super) fn leave(&self, holder: u64) {
        let mut state = self.state();
        if state.taken == holder {
            state.held = false;
            self.hurry.notify_one();
        }
    }

    /// Whether nobody holds it and everything is stored.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        !state.held && !state.writing
    }

    /// Stores what is newer than what is stored, a second apart, until nothing is.
    pub(super) async fn write(&self, store: &dyn CursorStore) {
        loop {
            let due = self.state().written.map(|written| written + WRITE_INTERVAL);
            if let Some(due) = due {
                while self.is_held() && Instant::now() < due {
                    tokio::select! {
                        () = sleep_until(due) => {}
                        () = self.hurry.notified() => {}
                    }
                }
            }
            let order = self.order.lock().await;
            let taken = {
                let mut state = self.state();
                let is_newer = std::mem::take(&mut state.is_newer);
                state.latest.clone().filter(|_| is_newer)
            };
            let mut failed = false;
            if let Some(place) = taken {
                let stored = store.put(self.key.to_string(), place, KEPT_FOR);
                let outcome = timeout(STORE_TIMEOUT, stored).await;
                failed = !matches!(outcome, Ok(Ok(())));
                if failed {
                    // What is stored is an older place: the client gets some events twice, and misses none.
                    tracing::warn!(outcome = ?outcome, "the place of a consumer could not be stored");
                }
            }
            drop(order);
            let mut state = self.state();
            state.written = Some(Instant::now());
            state.is_newer |= failed && state.held;
            if !state.is_newer {
                state.writing = false;
                return;
            }
        }
    }
}
