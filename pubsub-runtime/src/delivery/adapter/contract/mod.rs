//! What every adapter must do, as behaviours that can be called alone or all together.
//!
//! The author of an adapter writes a [`Fixture`] and runs the list; an error names the promise and what happened instead.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use pubsub_runtime::{
//!     RandomIds, Result,
//!     adapter::{
//!         DynAdapter, Memory,
//!         contract::{self, Fixture, HandClock},
//!     },
//! };
//!
//! #[derive(Default)]
//! struct Mine {
//!     clock: HandClock,
//!     engine: Mutex<Option<Arc<Memory>>>,
//! }
//!
//! impl Fixture for Mine {
//!     // An engine with files or a server of its own makes a new handle each time.
//!     async fn connect(&self) -> Result<Arc<dyn DynAdapter>> {
//!         let start = || Arc::new(Memory::with_sources(Arc::new(self.clock.clone()), &RandomIds::default()));
//!         Ok(self.engine.lock().unwrap().get_or_insert_with(start).clone())
//!     }
//!     async fn restart(&self) -> Result<()> {
//!         *self.engine.lock().unwrap() = None;
//!         Ok(())
//!     }
//!     fn clock(&self) -> Option<HandClock> {
//!         Some(self.clock.clone())
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // One behaviour, in a test of its own:
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # runtime.block_on(async {
//! contract::append::read_your_writes(&Mine::default()).await?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # })?;
//! // Or each of the list, on a fixture of its own:
//! for behaviour in contract::behaviours() {
//!     # if behaviour.name != "read::an_empty_log_is_a_log" { continue; }
//!     behaviour.check(&Mine::default(), contract::Threads::Two)?;
//! }
//! # Ok(())
//! # }
//! ```

pub mod append;
pub mod batch;
pub mod broken;
pub mod concurrency;
pub mod differential;
pub mod feed;
mod fixture;
mod follower;
pub mod life;
pub mod places;
mod random;
pub mod read;
pub mod retention;
mod scene;
pub mod transactions;

use std::{fmt, future::Future, pin::Pin, time::Duration};

use anyhow::Context as _;

use super::{Batch, Capabilities, Dedupe, Locate, Ordering};

pub use fixture::{DynFixture, Fixture, HandClock, InMemory};

/// Whether a promise was held; the error says what was promised and what happened.
pub type Held = anyhow::Result<()>;

/// Longer than any behaviour takes; one that is still running then hangs.
const LIMIT: Duration = Duration::from_mins(1);

type Run = for<'a> fn(&'a dyn DynFixture) -> Pin<Box<dyn Future<Output = Held> + Send + 'a>>;

/// One promise of the contract, and how to see whether an adapter holds it.
pub struct Behaviour {
    /// Its module and function here, such as `append::read_your_writes`.
    pub name: &'static str,
    /// What an adapter must promise for this to be asked of it, in words.
    pub needs: &'static str,
    applies: fn(&Capabilities) -> bool,
    run: Run,
}

/// How many threads drive a behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// The calling one: a call that blocks it stops everything.
    One,
    /// Two, so that tasks run beside each other.
    Two,
}

impl Behaviour {
    /// Whether it is asked of an adapter with these promises.
    pub fn applies(&self, capabilities: &Capabilities) -> bool {
        (self.applies)(capabilities)
    }

    /// Runs it, whatever the adapter promises.
    ///
    /// # Errors
    ///
    /// The promise that was not held.
    pub async fn run(&self, fixture: &dyn DynFixture) -> Held {
        let run = tokio::time::timeout(LIMIT, (self.run)(fixture)).await;
        run.unwrap_or_else(|_| Err(anyhow::anyhow!("still running after {LIMIT:?}")))
            .with_context(|| self.name)
    }

    /// Runs it on a runtime of its own, if it applies. Call it outside a runtime.
    ///
    /// # Errors
    ///
    /// The promise that was not held; or the fixture or the runtime failed.
    pub fn check(&self, fixture: &dyn DynFixture, threads: Threads) -> Held {
        let runtime = runtime(threads)?;
        let held = runtime.block_on(async {
            let capabilities = fixture.connect().await?.capabilities();
            if self.applies(&capabilities) {
                self.run(fixture).await
            } else {
                Ok(())
            }
        });
        // A task that never gives way does not keep the caller.
        runtime.shutdown_timeout(Duration::from_secs(1));
        held
    }
}

fn runtime(threads: Threads) -> std::io::Result<tokio::runtime::Runtime> {
    match threads {
        Threads::One => tokio::runtime::Builder::new_current_thread(),
        Threads::Two => {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(2);
            builder
        }
    }
    .enable_all()
    .build()
}

impl fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Behaviour").field(&self.name).finish()
    }
}

macro_rules! list {
    ($($needs:literal, $applies:expr => { $($module:ident::$name:ident,)* })*) => {
        [$($(Behaviour {
            name: concat!(stringify!($module), "::", stringify!($name)),
            needs: $needs,
            applies: $applies,
            run: |fixture| Box::pin($module::$name(fixture)),
        },)*)*]
    };
}

/// Every behaviour.
pub fn behaviours() -> impl IntoIterator<Item = Behaviour> {
    list! {
        "nothing", |_| true => {
            life::capabilities_are_constant,
            life::what_is_not_promised_is_refused,
            life::opening_twice_is_opening_once,
            life::a_fresh_handle_is_ready,
            life::shutdown_ends_what_is_open,
            append::positions_rise,
            append::the_size_limit_is_exact,
            append::an_id_is_one_channels_own,
            batch::a_batch_keeps_its_order,
            feed::a_feed_tells_every_later_append,
            feed::a_quiet_feed_wakes,
            feed::feeds_do_not_wait_for_each_other,
            feed::a_late_feed_tells_all_or_resets,
            feed::a_dropped_feed_disturbs_nobody,
            feed::a_feed_is_one_logs_own,
            read::an_empty_log_is_a_log,
            concurrency::an_idle_feed_does_not_slow_appends,
            concurrency::no_call_blocks_its_thread,
        }
        "history", |can| can.history => {
            life::opening_again_changes_the_limits,
            append::read_your_writes,
            append::bodies_are_kept_byte_for_byte,
            append::names_are_kept_apart,
            feed::a_feed_tells_what_is_stored,
            feed::an_overtaken_feed_resets,
            feed::read_and_feed_join_without_a_seam,
            read::pages_concatenate_to_the_log,
            read::the_limits_of_a_page_hold,
            retention::nothing_old_is_returned,
            retention::the_newest_entries_stay,
            retention::the_newest_bytes_stay,
            retention::a_racing_trim_is_told,
            retention::a_clock_may_step_back,
            places::a_time_is_sought_exactly,
            concurrency::every_acknowledged_event_is_there_once,
            concurrency::a_cursor_skips_nothing,
            concurrency::a_dropped_append_leaves_the_log_whole,
            differential::random_operations_answer_as_memory,
        }
        "history and links", |can| can.history && can.links => {
            append::entries_link_their_predecessors,
        }
        "history and an order", |can| can.history && can.ordering != Ordering::None => {
            concurrency::all_readers_see_one_order,
        }
        "repeated appends are told", |can| can.dedupe != Dedupe::No => {
            append::a_repeated_id_keeps_its_place,
        }
        "atomic batches", |can| can.batch == Batch::Atomic => {
            batch::a_failed_batch_leaves_nothing,
        }
        "atomic batches and contiguous positions", |can| can.batch == Batch::Atomic && can.contiguous_seq => {
            batch::a_batch_is_seen_whole,
        }
        "history and locate", |can| can.history && can.locate != Locate::No => {
            places::an_id_is_located_exactly,
        }
        "logs survive a restart", |can| can.history && can.survives_restart => {
            places::a_log_survives_a_restart,
            places::acknowledged_appends_survive_a_crash,
        }
        "logs do not survive a restart", |can| !can.survives_restart => {
            places::a_lost_log_has_another_epoch,
        }
        "transactions", |can| can.history && can.transactional => {
            transactions::a_rolled_back_append_never_was,
        }
    }
}
