//! The place of a subscription in one log.

use std::{collections::VecDeque, sync::Arc};

use super::{Reading, Start, Step, lag::Conflation};
use crate::{
    declarations::channel::OnGap,
    delivery::{
        adapter::Marks,
        log::Log,
        resolve::{Place, Verdict, judge_next},
        ring::{Framed, Hot},
        rules::{Rule, holds},
    },
    words::{
        cursor::{Anchor, Cursor, Epoch, Position, Seq},
        envelope::Timestamp,
        system::{Gap, GapReason},
    },
};

/// How often a page that holds less than its marks promise is read again before it counts as another history.
const MAX_REREADS: u32 = 8;

/// Whether there is more after the start than may be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replay {
    /// Not as far as is known.
    Whole,
    /// The last page said so: the next one must say where the log ends now.
    Doubted,
    /// The start was moved to what may be replayed: once, or a log that grows meanwhile would move it for ever.
    Limited,
}

/// The place in one log.
pub(super) struct LogCursor {
    pub(super) log: Arc<Log>,
    pub(super) reading: Reading,
    pub(super) place: Place,
    /// How the first page settles the place, where the start does not name one.
    begin: Begin,
    /// What the client presented; taken by the gap that answers it.
    requested: Option<String>,
    /// The ring generation the place was proven against; `None` while it is unproven.
    pub(super) proven: Option<u64>,
    /// The ring generation when the page under way was asked for.
    asked: Option<u64>,
    rereads: u32,
    replay: Replay,
    /// The ring generation that holds another history than storage does: it is waited for its end.
    distrusted: Option<u64>,
    /// The ring's epoch and head when the page under way was asked for.
    ring_then: (Epoch, Seq),
    /// The ring generation that is of another life, or ahead of storage: its feeder will find out, and storage is read meanwhile.
    shunned: Option<u64>,
    /// Whether storage had nothing after the place when it was asked last.
    at_end: bool,
    gap: Option<Draft>,
    /// Whether a gap was told.
    lost: bool,
    snapshot: Option<Snapshot>,
    pub(super) page: VecDeque<Arc<Framed>>,
    pub(super) conflation: Option<Box<Conflation>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// It is settled already.
    Now,
    /// Before the oldest entry of the page.
    Earliest,
    /// At its place, if nothing was trimmed that may belong to it.
    Since,
    /// At its place.
    Placed,
}

/// What a gap waits for before events follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Snapshot {
    Wanted,
    /// The one made for this log.
    Awaited(usize),
}

/// A gap that was found and not told yet.
struct Draft {
    reason: GapReason,
    /// The last entry examined before it, from which the missed ones are counted; `None` where that cannot be known.
    counted_from: Option<Seq>,
    /// Whether nobody can tell if anything is missing.
    uncertain: bool,
    /// Whether the place was moved to where the policy goes on.
    applied: bool,
}

/// A question for a page.
pub(super) struct Asking {
    place: Place,
    fresh: bool,
}

impl Asking {
    pub(super) fn of(self, log: usize) -> Step {
        let Self { place, fresh } = self;
        Step::NeedPage { log, place, fresh }
    }
}

pub(super) enum Next {
    Entry(Arc<Framed>),
    /// An entry was examined, and waits for what conflates it.
    Kept,
    NeedPage(Asking),
    /// A gap to tell now, without its `resume_from`; boxed, as most of these are entries.
    Gap(Box<Gap>),
    /// The policy ends a subscription that is so far behind.
    Lagging,
    /// The ring has nothing more.
    Nothing,
    /// A page, a snapshot or a new ring must come first.
    Waiting,
}

/// What came of a page.
pub(super) enum Given {
    /// There is nothing to tell; the place may need another page.
    Settled,
    /// A gap to tell, without its `resume_from`.
    Gap(Gap),
    /// A gap that the policy has no way over.
    End(Gap),
}

impl LogCursor {
    pub(super) fn new(log: Arc<Log>, start: Start, reading: Reading) -> Self {
        let mut cursor = Self {
            log,
            reading,
            place: Place {
                epoch: None,
                seq: 0,
                anchor: None,
            },
            begin: Begin::Placed,
            requested: None,
            proven: None,
            asked: None,
            rereads: 0,
            replay: Replay::Whole,
            distrusted: None,
            ring_then: (0, 0),
            shunned: None,
            at_end: false,
            gap: None,
            lost: false,
            snapshot: None,
            page: VecDeque::new(),
            conflation: None,
        };
        match start {
            Start::Now => {
                let ring = cursor.log.ring();
                let (epoch, seq, anchor) = ring.head();
                let generation = ring.generation();
                drop(ring);
                cursor.begin = Begin::Now;
                cursor.place = Place {
                    epoch: Some(Position::epoch_tag(epoch)),
                    seq,
                    anchor,
                };
                cursor.proven = Some(generation);
            }
            Start::Earliest => {
                cursor.begin = Begin::Earliest;
                cursor.requested = Some("earliest".to_owned());
            }
            Start::Since { seq, requested } => {
                cursor.begin = Begin::Since;
                cursor.place.seq = seq;
                cursor.requested = Some(requested);
            }
            Start::After { place, requested } => {
                cursor.place = place;
                cursor.requested = Some(requested);
            }
            Start::Lost { reason, requested } => {
                cursor.gap = Some(Draft {
                    reason,
                    counted_from: None,
                    uncertain: false,
                    applied: false,
                });
                cursor.requested = Some(requested);
            }
        }
        cursor
    }

    pub(super) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    pub(super) fn accepts(&self, framed: &Framed) -> bool {
        self.reading.accepts(framed)
    }

    pub(super) fn is_proven(&self) -> bool {
        self.proven.is_some()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.is_proven() && self.snapshot.is_none()
    }

    pub(super) fn starts_now(&self) -> bool {
        self.begin == Begin::Now
    }

    pub(super) fn lost_something(&self) -> bool {
        self.lost
    }

    pub(super) fn wants_snapshot(&self) -> bool {
        self.snapshot == Some(Snapshot::Wanted)
    }

    /// Has the snapshot made for log number `log` serve this log, too.
    pub(super) fn await_snapshot(&mut self, log: usize) {
        self.snapshot = Some(Snapshot::Awaited(log));
    }

    pub(super) fn take_snapshot(&mut self, log: usize) {
        if self.snapshot == Some(Snapshot::Awaited(log)) {
            self.snapshot = None;
        }
    }

    /// The place as a token holds it; `None` while a gap is not told yet, so that no token can skip it.
    pub(super) fn position(&self) -> Option<Position> {
        let is_told = self.gap.is_none() && (self.is_settled() || self.requested.is_none());
        (is_told && self.snapshot.is_none()).then(|| self.position_reached())?
    }

    /// The place as a token holds it, whatever is still to be told.
    pub(super) fn position_reached(&self) -> Option<Position> {
        let Place { epoch, seq, anchor } = match &self.conflation {
            // Nothing of what is being conflated was written yet.
            Some(conflation) => conflation.from(),
            None => self.place,
        };
        Some(Position {
            log: self.log.tag(),
            epoch: epoch?,
            seq,
            anchor: anchor.unwrap_or(0),
        })
    }

    /// The place for whoever comes back after the subscription has ended: the one reached, or a place of no life of the log while
    /// something is still to be told there, so that it is told then.
    pub(super) fn position_to_come_back(&self) -> Position {
        let is_told = self.gap.is_none() && self.snapshot.is_none();
        let reached = is_told.then(|| self.position_reached()).flatten();
        reached.unwrap_or(Position {
            log: self.log.tag(),
            epoch: 0,
            seq: 0,
            anchor: 0,
        })
    }

    /// Asks for a page if the place is unproven and none is under way.
    pub(super) fn ask(&mut self) -> Option<Asking> {
        if self.is_proven() || self.asked.is_some() {
            return None;
        }
        let ring = self.log.ring();
        let (epoch, head, _) = ring.head();
        (self.asked, self.ring_then) = (Some(ring.generation()), (epoch, head));
        drop(ring);
        Some(Asking {
            place: self.place,
            // What was trimmed decides whether something may be missing after a moment.
            fresh: self.begin == Begin::Since || self.replay == Replay::Doubted,
        })
    }

    pub(super) fn next(&mut self, is_live: bool) -> Next {
        if self.snapshot.is_some() {
            return Next::Waiting;
        }
        if let Some(framed) = self.page.pop_front() {
            if self.page.is_empty() {
                // Most have caught up for good, and need no room for another.
                self.page = VecDeque::new();
            }
            return self.advance(framed);
        }
        if let Some(generation) = self.proven {
            let ring = self.log.ring();
            let is_shunned = self.shunned == Some(ring.generation());
            let is_behind = is_live
                && !is_shunned
                && self.conflation.is_none()
                && ring.lag(generation, self.place.seq) > self.reading.max_lag;
            let hot = ring.after(generation, self.place.seq);
            drop(ring);
            if is_behind {
                return self.fall_behind(generation);
            }
            match hot {
                _ if is_shunned && self.at_end => return Next::Waiting,
                _ if is_shunned => self.proven = None,
                Hot::Nothing => return Next::Nothing,
                Hot::Entry(framed) if self.links_to(&framed) => return self.advance(framed),
                // Storage has been asked about it already; the feeder will find out, and start the ring anew.
                Hot::Entry(_) if self.distrusted == Some(generation) => return Next::Waiting,
                Hot::Entry(_) => {
                    self.distrusted = Some(generation);
                    self.proven = None;
                }
                Hot::Cold => self.proven = None,
            }
        }
        self.ask().map_or(Next::Waiting, Next::NeedPage)
    }

    fn links_to(&self, framed: &Framed) -> bool {
        let differs = |(ours, link): (Anchor, Anchor)| ours != link;
        let links = self.place.anchor.zip(framed.entry().link);
        !(holds(Rule::Link) && links.is_some_and(differs))
    }

    fn advance(&mut self, framed: Arc<Framed>) -> Next {
        (self.place.seq, self.place.anchor) = (framed.entry().seq, Some(framed.entry().anchor));
        if self.conflation.is_some() {
            return self.conflate(framed);
        }
        Next::Entry(framed)
    }

    /// Judges the place by the entries after it, and takes what continues it.
    pub(super) fn give(
        &mut self,
        entries: VecDeque<Arc<Framed>>,
        marks: Marks,
        is_opening: bool,
    ) -> Given {
        let Some(asked) = self.asked.take() else {
            return Given::Settled;
        };
        let first = entries.front().map(|framed| framed.entry());
        self.begin(first.map(|first| first.seq), &marks);
        let verdict = match judge_next(self.place, first, &marks) {
            Verdict::ReadAgain if self.rereads < MAX_REREADS => {
                self.rereads += 1;
                return Given::Settled;
            }
            Verdict::ReadAgain => Verdict::Gap {
                reason: GapReason::HistoryDiverged,
                missed: None,
            },
            verdict => verdict,
        };
        if let Verdict::Gap { reason, missed } = verdict {
            self.open_gap(reason, missed.map(|_| self.place.seq));
            self.go_to(&marks, marks.trimmed_through, None);
        }
        if is_opening
            && self.replay != Replay::Limited
            && marks.head.saturating_sub(self.place.seq) > self.reading.max_replay
        {
            // A page that was kept may be of a head that is gone.
            if self.replay == Replay::Whole {
                self.replay = Replay::Doubted;
                return Given::Settled;
            }
            self.replay = Replay::Limited;
            self.begin = Begin::Placed;
            self.open_gap(GapReason::TooMany, Some(self.place.seq));
            self.go_to(&marks, marks.head - self.reading.max_replay, None);
        }
        let oldest = first
            .filter(|first| first.seq == marks.trimmed_through + 1)
            .map(|first| first.time);
        if self.gap.as_ref().is_some_and(|draft| !draft.applied) {
            match self.reading.on_gap {
                OnGap::Replay => {}
                OnGap::Live | OnGap::Snapshot => {
                    self.go_to(&marks, marks.head, marks.head_anchor);
                }
                OnGap::Fail => {
                    // What is retained is not lost: whoever opens another subscription at the gap's place gets it.
                    self.place.epoch = Some(Position::epoch_tag(marks.epoch));
                    return self.told(oldest).map_or(Given::Settled, Given::End);
                }
            }
            if let Some(draft) = &mut self.gap {
                draft.applied = true;
            }
        }
        let mut entries = entries;
        while entries
            .front()
            .is_some_and(|framed| framed.entry().seq <= self.place.seq)
        {
            entries.pop_front();
        }
        let next = entries.front().map(|framed| framed.entry());
        let is_next = match next {
            None => self.place.seq >= marks.head,
            Some(next) if holds(Rule::Link) => next.seq == self.place.seq + 1,
            Some(next) => next.seq > self.place.seq,
        };
        if !is_next {
            return Given::Settled;
        }
        self.rereads = 0;
        if self.replay == Replay::Doubted {
            self.replay = Replay::Whole;
        }
        self.proven = Some(asked);
        // A ring that was ahead before storage was asked holds what storage does not.
        let (ring_epoch, ring_head) = self.ring_then;
        self.at_end = next.is_none();
        if marks.epoch != ring_epoch || (self.at_end && marks.head < ring_head) {
            self.shunned = Some(asked);
        }
        self.place.epoch = Some(Position::epoch_tag(marks.epoch));
        let before = next.map_or(marks.head_anchor, |next| next.link);
        self.place.anchor = self.place.anchor.or(before);
        if self.begin != Begin::Now {
            self.begin = Begin::Placed;
        }
        let gap = self.told(oldest);
        self.requested = None;
        self.page = entries;
        let last = self.page.back().map(|framed| framed.entry());
        let (seq, anchor) = last.map_or((self.place.seq, self.place.anchor), |last| {
            (last.seq, Some(last.anchor))
        });
        self.log.ring().note_read(asked, seq, anchor);
        gap.map_or(Given::Settled, |gap| {
            if self.reading.on_gap == OnGap::Snapshot {
                self.snapshot = Some(Snapshot::Wanted);
            }
            Given::Gap(gap)
        })
    }

    /// Settles a start that names no place.
    fn begin(&mut self, first: Option<Seq>, marks: &Marks) {
        match self.begin {
            Begin::Now | Begin::Placed => {}
            Begin::Earliest => {
                // The page may hold entries that were trimmed before its marks were read.
                let before = first.map_or(marks.trimmed_through, |first| first - 1);
                self.go_to(marks, before.min(marks.trimmed_through), None);
            }
            Begin::Since => {
                self.begin = Begin::Placed;
                if marks.trimmed_through > 0 && marks.trimmed_through >= self.place.seq {
                    self.open_gap(GapReason::Retention, None);
                    if let Some(draft) = &mut self.gap {
                        draft.uncertain = true;
                    }
                    self.go_to(marks, marks.trimmed_through, None);
                }
            }
        }
    }

    fn go_to(&mut self, marks: &Marks, seq: Seq, anchor: Option<Anchor>) {
        self.place = Place {
            epoch: Some(Position::epoch_tag(marks.epoch)),
            seq,
            anchor,
        };
    }

    /// The gap that was found, counted up to the place.
    fn told(&mut self, oldest: Option<Timestamp>) -> Option<Gap> {
        let draft = self.gap.take()?;
        self.lost = true;
        Some(Gap {
            channel: self.log.id().channel.to_string(),
            reason: draft.reason,
            missed: draft
                .counted_from
                .and_then(|from| self.place.seq.checked_sub(from)),
            requested: self.requested.take().unwrap_or_default(),
            resume_from: String::new(),
            oldest: oldest.map(|time| time.to_string()),
            certain: draft.uncertain.then_some(false),
        })
    }

    /// Notes a gap; the first reason found is the one that is told, and one that cannot be counted leaves the whole uncounted.
    fn open_gap(&mut self, reason: GapReason, counted_from: Option<Seq>) {
        if self.requested.is_none() {
            self.requested = self.written_position();
        }
        // What was being conflated is missing, too.
        let conflated_from = self
            .conflation
            .take()
            .map(|conflation| conflation.from().seq);
        let counted_from = counted_from.map(|from| conflated_from.unwrap_or(from));
        let draft = self.gap.get_or_insert(Draft {
            reason,
            counted_from,
            uncertain: false,
            applied: false,
        });
        draft.counted_from = draft.counted_from.filter(|_| counted_from.is_some());
    }

    /// The place as the token of this log alone.
    pub(super) fn written_position(&self) -> Option<String> {
        let position = self.position()?;
        Some(self.log.tokens().write(&Cursor::of(position)))
    }
}
