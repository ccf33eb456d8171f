//! Adapters that break one promise each: the contract is tested by what it catches.

mod adapter;
mod feeds;

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    super::{DynAdapter, LogId, Memory, NewEvent},
    fixture::{Fixture, HandClock, memory},
};
use crate::words::{
    clock::IdSource,
    envelope::Timestamp,
    error::{Error, ErrorKind, Result},
};
use adapter::{Broken, State};

macro_rules! faults {
    ($($(#[$docs:meta])* $fault:ident: $($behaviour:literal)*;)*) => {
        /// What is wrong with an adapter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            /// Nothing: it holds every behaviour, those that memory alone does not promise as well.
            Nothing,
            $($(#[$docs])* $fault,)*
        }

        /// Every fault, and the behaviours that must see it.
        pub const FAULTS: &[(Fault, &[&str])] = &[$((Fault::$fault, &[$($behaviour),*]),)*];
    };
}

faults! {
    /// Every thousandth append is acknowledged and not stored.
    DropsEachThousandth: "concurrency::every_acknowledged_event_is_there_once";
    /// Every tenth entry is told again, as the one after it.
    AnnouncesTwice: "feed::a_feed_tells_what_is_stored" "feed::a_late_feed_tells_all_or_resets";
    /// The trim mark is one less than what was trimmed.
    TrimMarkTooLow: "retention::the_newest_entries_stay" "retention::nothing_old_is_returned" "retention::a_racing_trim_is_told";
    /// The trim mark is one more than what was trimmed.
    TrimMarkTooHigh: "retention::the_newest_entries_stay" "retention::nothing_old_is_returned" "differential::random_operations_answer_as_memory";
    /// After a restart the same epoch counts from 1 again.
    RestartsPositions: "places::a_lost_log_has_another_epoch";
    /// A log whose entries are all trimmed says that it never had one.
    ForgetsTheHead: "retention::nothing_old_is_returned";
    /// Every tenth entry links itself.
    LinksWrongly: "append::entries_link_their_predecessors" "feed::a_feed_tells_what_is_stored" "read::pages_concatenate_to_the_log";
    /// An append is acknowledged before it is stored.
    AcknowledgesEarly: "append::read_your_writes" "append::positions_rise";
    /// An unknown id is located at the head.
    GuessesPlaces: "places::an_id_is_located_exactly";
    /// The events of a batch are appended one by one.
    SplitsBatches: "batch::a_failed_batch_leaves_nothing" "batch::a_batch_is_seen_whole";
    /// The events of a batch are appended last first.
    ReversesBatches: "batch::a_batch_keeps_its_order";
    /// Entries are returned however old they are.
    ReturnsOld: "retention::nothing_old_is_returned";
    /// A feed begins when it is first polled, not when it resolves.
    FeedsFromFirstPoll: "feed::a_feed_tells_every_later_append" "feed::read_and_feed_join_without_a_seam";
    /// A feed that finds nothing for a while begins again at the new end.
    FeedsFromTheEndAgain: "feed::a_quiet_feed_wakes";
    /// A feed that is not polled drops what its queue cannot hold.
    DropsWhenLate: "feed::a_late_feed_tells_all_or_resets";
    /// A feed that missed something does not say so.
    ForgetsResets: "feed::an_overtaken_feed_resets";
    /// A feed tells entries as neighbours swapped.
    SwapsNeighbours: "concurrency::all_readers_see_one_order" "feed::a_feed_tells_what_is_stored";
    /// Every feed is the first log's.
    FeedsTheFirstLog: "feed::a_feed_is_one_logs_own";
    /// The end of one feed ends the others.
    EndsFeedsTogether: "feed::a_dropped_feed_disturbs_nobody";
    /// The feed of an empty log tells nothing, ever.
    FeedsNoEmptyLog: "read::an_empty_log_is_a_log";
    /// What was stored is announced by the caller of `append`, who may go away before.
    AnnouncesLast: "concurrency::a_dropped_append_leaves_the_log_whole";
    /// Appends wait until every feed was polled.
    WaitsForFeeds: "feed::feeds_do_not_wait_for_each_other";
    /// Appends take long while any feed is open.
    SlowsWithFeeds: "concurrency::an_idle_feed_does_not_slow_appends";
    /// Appends block their thread.
    BlocksItsThread: "concurrency::no_call_blocks_its_thread";
    /// Entries become visible in another order than that of their positions.
    CommitsOutOfOrder: "concurrency::a_cursor_skips_nothing";
    /// Appends answer the place after their own.
    AnswersTheNextPlace: "append::positions_rise" "append::read_your_writes" "differential::random_operations_answer_as_memory";
    /// Pages lack every fiftieth entry.
    SkipsInPages: "read::pages_concatenate_to_the_log" "differential::random_operations_answer_as_memory";
    /// A page whose first entry is over `max_bytes` is empty.
    EndsPagesEarly: "read::the_limits_of_a_page_hold";
    /// The marks of a page are read before its entries.
    ReadsMarksFirst: "retention::a_racing_trim_is_told";
    /// A repeated append is called new.
    CallsRepeatsNew: "append::a_repeated_id_keeps_its_place" "differential::random_operations_answer_as_memory";
    /// An id is known in every log once one has it.
    SharesIds: "append::an_id_is_one_channels_own";
    /// Bodies are decoded and encoded.
    EncodesBodies: "append::bodies_are_kept_byte_for_byte";
    /// Bodies over the limit are taken.
    TakesTooLarge: "append::the_size_limit_is_exact";
    /// Channels whose names differ in case are one.
    IgnoresCase: "append::names_are_kept_apart";
    /// Logs keep one entry and half of the bytes less than asked.
    KeepsTooLittle: "retention::the_newest_entries_stay" "retention::the_newest_bytes_stay";
    /// An entry's time is that of its id, which may be before its predecessor's.
    TakesTheIdsTime: "retention::a_clock_may_step_back";
    /// Seeking a time gives the entry, not the place before it.
    SeeksOneTooFar: "places::a_time_is_sought_exactly" "differential::random_operations_answer_as_memory";
    /// Opening a channel again changes nothing.
    IgnoresReopening: "life::opening_again_changes_the_limits";
    /// Opening a channel again fails.
    RefusesReopening: "life::opening_twice_is_opening_once";
    /// `locate` is not promised, and answers.
    AnswersUnpromised: "life::what_is_not_promised_is_refused";
    /// The promises change with use.
    ChangesItsPromises: "life::capabilities_are_constant";
    /// `health` never says ready.
    NeverReady: "life::a_fresh_handle_is_ready";
    /// `shutdown` does nothing.
    GoesOnAfterShutdown: "life::shutdown_ends_what_is_open";
    /// Logs are promised to survive a restart, and are lost.
    LosesEverything: "places::a_log_survives_a_restart" "places::acknowledged_appends_survive_a_crash";
    /// A transaction that is rolled back is committed.
    CommitsRollbacks: "transactions::a_rolled_back_append_never_was";
}

/// The fixture of an adapter with one fault, over memory.
#[derive(Debug)]
pub struct BrokenFixture {
    fault: Fault,
    clock: HandClock,
    engine: Mutex<Arc<Broken>>,
}

impl BrokenFixture {
    /// Empty logs behind an adapter with this fault.
    pub fn new(fault: Fault) -> Self {
        let clock = HandClock::new();
        let engine = Mutex::new(Arc::new(engine(fault, &clock)));
        Self {
            fault,
            clock,
            engine,
        }
    }

    fn engine(&self) -> Arc<Broken> {
        let engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        engine.clone()
    }
}

fn engine(fault: Fault, clock: &HandClock) -> Broken {
    let inner = match fault {
        Fault::RestartsPositions => Memory::with_sources(Arc::new(clock.clone()), &OneNumber),
        Fault::ReturnsOld => memory(&HandClock::new()),
        _ => memory(clock),
    };
    Broken {
        fault,
        inner: Arc::new(inner),
        state: Arc::new(State::default()),
    }
}

/// Not random.
struct OneNumber;

impl IdSource for OneNumber {
    fn event_id(&self, now: Timestamp) -> uuid::Uuid {
        uuid::Uuid::from_u128(u128::from(now.as_millis()))
    }

    fn random(&self) -> u64 {
        7
    }
}

impl Fixture for BrokenFixture {
    async fn connect(&self) -> Result<Arc<dyn DynAdapter>> {
        Ok(self.engine())
    }

    async fn restart(&self) -> Result<()> {
        if matches!(
            self.fault,
            Fault::RestartsPositions | Fault::LosesEverything
        ) {
            *self.engine.lock().unwrap_or_else(PoisonError::into_inner) =
                Arc::new(engine(self.fault, &self.clock));
        }
        Ok(())
    }

    fn clock(&self) -> Option<HandClock> {
        Some(self.clock.clone())
    }

    async fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> Result<()> {
        if commit || self.fault == Fault::CommitsRollbacks {
            let node: Arc<dyn DynAdapter> = self.engine();
            node.append(batch).await?;
        }
        Ok(())
    }
}

fn too_large(most: usize) -> Error {
    Error::new(
        ErrorKind::PayloadTooLarge,
        format!("a body has at most {most} bytes"),
    )
}
