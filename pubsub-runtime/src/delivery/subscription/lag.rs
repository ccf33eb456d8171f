//! What becomes of a subscription that is too far behind.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    sync::Arc,
};

use super::log_cursor::{LogCursor, Next};
use crate::{
    declarations::channel::OnLag,
    delivery::{
        payload::Scalar,
        resolve::Place,
        ring::{Framed, Ring},
    },
    words::{
        cursor::{Position, Seq},
        system::{Gap, GapReason},
    },
};

/// The most events that stay of what lies behind; beyond it there is too little to gain.
const MAX_KEPT: usize = 10_000;
/// The most bytes of envelopes that stay of it.
const MAX_KEPT_BYTES: usize = 4 << 20;

/// Going through what lies behind, for the newest event of each value of a field.
pub(super) struct Conflation {
    from: Place,
    through: Seq,
    newest: HashMap<Scalar, Seq>,
    kept: BTreeMap<Seq, Arc<Framed>>,
    bytes: usize,
    /// How many of the events examined the subscription wants.
    wanted: u64,
}

impl Conflation {
    /// The place before everything that is conflated.
    pub(super) fn from(&self) -> Place {
        self.from
    }

    fn is_full(&self) -> bool {
        self.kept.len() > MAX_KEPT || self.bytes > MAX_KEPT_BYTES
    }

    /// Keeps an event, and lets go of the older one with the same value; an event without the field stays.
    fn keep(&mut self, framed: Arc<Framed>, value: Option<Scalar>) {
        let seq = framed.entry().seq;
        self.wanted += 1;
        self.bytes += framed.entry().body.len();
        self.kept.insert(seq, framed);
        let older = value.and_then(|value| self.newest.insert(value, seq));
        if let Some(older) = older.and_then(|older| self.kept.remove(&older)) {
            self.bytes -= older.entry().body.len();
        }
    }
}

impl LogCursor {
    /// What the policy makes of a subscription whose place is proven against this generation of the ring, and too far behind its
    /// head.
    pub(super) fn fall_behind(&mut self, generation: u64) -> Next {
        let log = Arc::clone(&self.log);
        let ring = log.ring();
        if ring.generation() != generation {
            // It was started anew since: the place is judged first.
            return Next::Kept;
        }
        let (_, head, _) = ring.head();
        match self.reading.on_lag {
            OnLag::Disconnect => Next::Lagging,
            OnLag::Resync => self.skip_to(&ring, head),
            OnLag::DropOldest => self.skip_to(&ring, head.saturating_sub(self.reading.max_lag)),
            OnLag::Conflate(_) => {
                self.conflation = Some(Box::new(Conflation {
                    from: self.place,
                    through: head,
                    newest: HashMap::new(),
                    kept: BTreeMap::new(),
                    bytes: 0,
                    wanted: 0,
                }));
                Next::Kept
            }
        }
    }

    /// Goes on after `seq`, and tells what lies before it.
    fn skip_to(&mut self, ring: &Ring, seq: Seq) -> Next {
        let gap = self.slow_consumer(seq.saturating_sub(self.place.seq));
        let (epoch, ..) = ring.head();
        self.page.clear();
        self.place = Place {
            epoch: Some(Position::epoch_tag(epoch)),
            seq,
            anchor: ring.anchor_at(seq),
        };
        Next::Gap(Box::new(gap))
    }

    fn slow_consumer(&self, missed: u64) -> Gap {
        Gap {
            channel: self.log.id().channel.to_string(),
            reason: GapReason::SlowConsumer,
            missed: Some(missed),
            requested: self.written_position().unwrap_or_default(),
            resume_from: String::new(),
            oldest: None,
            certain: None,
        }
    }

    /// Takes one entry of what lies behind; after the last one, the kept ones are what is read next.
    pub(super) fn conflate(&mut self, framed: Arc<Framed>) -> Next {
        let Some(conflation) = &mut self.conflation else {
            return Next::Entry(framed);
        };
        let is_last = self.place.seq >= conflation.through;
        if self.reading.accepts(&framed) {
            let fields = &self.reading.fields;
            let value = fields
                .conflated_by(&framed.entry().name)
                .and_then(|field| framed.values(fields).get(field)?.clone());
            conflation.keep(Arc::clone(&framed), value);
        }
        if conflation.is_full() {
            return self.give_up_conflation();
        }
        if !is_last {
            return Next::Kept;
        }
        let from = conflation.from;
        let missed = conflation.wanted - conflation.kept.len() as u64;
        let mut kept = mem::take(&mut conflation.kept);
        // The last one stands for the place reached, even if it is not wanted itself.
        kept.insert(framed.entry().seq, framed);
        self.conflation = None;
        self.place = from;
        for framed in kept.into_values().rev() {
            self.page.push_front(framed);
        }
        if missed == 0 {
            return Next::Kept;
        }
        Next::Gap(Box::new(self.slow_consumer(missed)))
    }

    /// Skips what lies behind: there is too much to keep of it.
    fn give_up_conflation(&mut self) -> Next {
        let log = Arc::clone(&self.log);
        let ring = log.ring();
        let is_proven = self.proven == Some(ring.generation());
        if let Some(conflation) = self.conflation.take() {
            self.place = conflation.from;
        }
        self.page.clear();
        if !is_proven {
            // The place is judged anew, by a page of storage.
            self.proven = None;
            return Next::Kept;
        }
        let (_, head, _) = ring.head();
        self.skip_to(&ring, head)
    }
}
