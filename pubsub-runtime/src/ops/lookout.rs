//! Sees to it that a worker that blocks does not keep the network from the others.
//!
//! In a tokio runtime one resting worker waits for the network on behalf of all. When something arrives for one task, that worker
//! polls it, and nobody takes its place until it rests again or more work is queued: if the task blocks, every connection waits.
//! So while actions are polled on such workers, a thread looks after them, and has another worker woken if a poll lasts.

use std::{
    fmt, io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use tokio::runtime::Handle;

/// How often the thread looks: a poll that lasts is noticed within two of these.
const TICK: Duration = Duration::from_millis(1);
/// After how many looks without a poll the thread rests.
const QUIET_TICKS: u32 = 200;

/// A thread that looks after polls, one at a time.
pub(super) struct Lookout(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// How many polls began and ended: odd while one is under way.
    turns: AtomicU64,
    resting: AtomicBool,
    stopped: AtomicBool,
    /// Whose worker polls, or polled last. A std mutex: it is held for a clone or a store.
    runtime: Mutex<Option<Handle>>,
    thread: OnceLock<Thread>,
}

impl Lookout {
    /// Starts the thread.
    pub(super) fn new() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let watching = Arc::clone(&shared);
        let joined = thread::Builder::new()
            .name("pubsub-lookout".to_owned())
            .spawn(move || watching.watch())?;
        shared.thread.get_or_init(|| joined.thread().clone());
        Ok(Self(shared))
    }

    /// A poll begins on a worker of `runtime`; [`Lookout::end`] follows before the next one.
    pub(super) fn begin(&self, runtime: Handle) {
        *self.0.runtime() = Some(runtime);
        self.0.turns.fetch_add(1, Ordering::SeqCst);
        if self.0.resting.load(Ordering::SeqCst) {
            self.0.wake();
        }
    }

    /// The poll is over.
    pub(super) fn end(&self) {
        self.0.turns.fetch_add(1, Ordering::SeqCst);
    }
}

impl Shared {
    fn runtime(&self) -> std::sync::MutexGuard<'_, Option<Handle>> {
        self.runtime.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    fn watch(&self) {
        let (mut seen, mut quiet) = (0, 0);
        while !self.stopped.load(Ordering::SeqCst) {
            let turns = self.turns.load(Ordering::SeqCst);
            if turns != seen {
                (seen, quiet) = (turns, 0);
            } else if turns % 2 == 1 {
                // A task from outside wakes a worker, which then waits for the network.
                if let Some(runtime) = self.runtime().clone() {
                    drop(runtime.spawn(async {}));
                }
            } else {
                quiet += 1;
            }
            if quiet < QUIET_TICKS {
                thread::sleep(TICK);
                continue;
            }
            self.resting.store(true, Ordering::SeqCst);
            // Looked at again after the flag: a poll that began before it woke nobody.
            while self.turns.load(Ordering::SeqCst) == seen && !self.stopped.load(Ordering::SeqCst)
            {
                thread::park();
            }
            self.resting.store(false, Ordering::SeqCst);
            quiet = 0;
        }
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.wake();
    }
}

impl fmt::Debug for Lookout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookout")
    }
}
