//! The newest entries of a log, framed once for every protocol in use.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::{Bytes, BytesMut};

use super::{
    adapter::{Entry, Marks},
    framing::{EventFrame, Framing, Slot},
    payload::{PayloadFields, Scalar},
    rules::{Rule, holds},
    tokens::Tokens,
};
use crate::words::cursor::{Anchor, Cursor, Epoch, Position, Seq};

/// An entry, and its bytes in every framing that was asked for.
pub(crate) struct Framed {
    entry: Entry,
    position: Position,
    tokens: Tokens,
    token: OnceLock<Box<str>>,
    frames: [OnceLock<Bytes>; Slot::COUNT],
    /// Read once somebody filters or conflates.
    values: OnceLock<Box<[Option<Scalar>]>>,
}

impl Framed {
    pub(crate) fn new(entry: Entry, log: u32, epoch: Epoch, tokens: &Tokens) -> Self {
        let position = Position {
            log,
            epoch: Position::epoch_tag(epoch),
            seq: entry.seq,
            anchor: entry.anchor,
        };
        Self {
            entry,
            position,
            tokens: tokens.clone(),
            token: OnceLock::new(),
            frames: Default::default(),
            values: OnceLock::new(),
        }
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The cursor token right after this entry, for subscriptions of its log alone.
    pub(crate) fn token(&self) -> &str {
        self.token
            .get_or_init(|| self.tokens.write(&Cursor::of(self.position)).into())
    }

    /// Its bytes, shared by every subscription of its log alone.
    pub(crate) fn shared(&self, framing: &dyn Framing) -> Bytes {
        match self.frames.get(framing.slot().index()) {
            Some(frame) => frame
                .get_or_init(|| self.frame(framing, Some(self.token())))
                .clone(),
            None => self.frame(framing, Some(self.token())),
        }
    }

    /// The values of these fields, which are the same for every subscription of its channel.
    pub(super) fn values(&self, fields: &PayloadFields) -> &[Option<Scalar>] {
        self.values.get_or_init(|| fields.read(&self.entry.body))
    }

    /// Its bytes with a token over several logs, which is its id, too: one event's id cannot say where the other logs stood.
    pub(crate) fn with_vector(&self, framing: &dyn Framing, token: &str) -> Bytes {
        self.write(framing, token, Some(token))
    }

    /// Its bytes with this token; without one it moves no client's place.
    pub(crate) fn frame(&self, framing: &dyn Framing, token: Option<&str>) -> Bytes {
        let mut id = [0_u8; uuid::fmt::Hyphenated::LENGTH];
        let id = self.entry.id.hyphenated().encode_lower(&mut id);
        self.write(framing, id, token)
    }

    fn write(&self, framing: &dyn Framing, id: &str, token: Option<&str>) -> Bytes {
        let tokens = 2 * token.map_or(0, str::len);
        let mut out = BytesMut::with_capacity(self.entry.body.len() + tokens + 128);
        framing.event(
            EventFrame {
                body: &self.entry.body,
                name: &self.entry.name,
                id,
                token,
            },
            &mut out,
        );
        out.freeze()
    }

    /// What it is counted as: its body, the two framings that the readers of a channel usually have, and what surrounds them.
    pub(super) fn size(&self) -> usize {
        512 + 3 * self.entry.body.len()
    }
}

impl fmt::Debug for Framed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Framed({})", self.entry.seq)
    }
}

/// How much memory the rings may hold.
#[derive(Debug)]
pub(crate) struct RingBudget {
    used: AtomicUsize,
    per_log: usize,
    per_process: usize,
}

impl Default for RingBudget {
    fn default() -> Self {
        Self::new(4 << 20, 256 << 20)
    }
}

impl RingBudget {
    /// Limits in bytes, for each log and for all together.
    pub(crate) const fn new(per_log: usize, per_process: usize) -> Self {
        Self {
            used: AtomicUsize::new(0),
            per_log,
            per_process,
        }
    }
}

/// The newest entries of one log, without a hole, up to a bound in bytes.
#[derive(Debug)]
pub(crate) struct Ring {
    log: u32,
    tokens: Tokens,
    /// Rises whenever continuity was broken: positions proven against an older one must be proven again.
    generation: u64,
    epoch: Epoch,
    /// The seq of the newest entry, in the ring or just before it.
    head: Seq,
    /// The anchor at the head; `None` if it is not known.
    head_anchor: Option<Anchor>,
    /// The furthest place after the head that a subscription was given out of storage.
    read: Option<(Seq, Option<Anchor>)>,
    entries: VecDeque<Arc<Framed>>,
    bytes: usize,
    budget: Arc<RingBudget>,
}

/// What became of an entry offered to a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is the new head.
    Appended,
    /// It was there.
    Known,
    /// Entries are missing before it.
    Hole,
    /// It does not continue this history.
    Diverged,
}

/// What a ring has after a place.
#[derive(Debug)]
pub(crate) enum Hot {
    /// The next entry.
    Entry(Arc<Framed>),
    /// Nothing yet.
    Nothing,
    /// The place is not covered: read storage.
    Cold,
}

impl Ring {
    pub(crate) fn new(log: u32, budget: Arc<RingBudget>) -> Self {
        Self {
            log,
            tokens: Tokens::default(),
            generation: 0,
            epoch: 0,
            head: 0,
            head_anchor: None,
            read: None,
            entries: VecDeque::new(),
            bytes: 0,
            budget,
        }
    }

    /// Has tokens written through `tokens`.
    pub(super) fn set_tokens(&mut self, tokens: Tokens) {
        self.tokens = tokens;
    }

    /// Forgets everything and starts after the log's head.
    pub(crate) fn start(&mut self, marks: &Marks) {
        self.clear();
        self.generation += 1;
        self.read = None;
        (self.epoch, self.head, self.head_anchor) = (marks.epoch, marks.head, marks.head_anchor);
    }

    fn clear(&mut self) {
        self.entries.clear();
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = 0;
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// The place right after the newest entry.
    pub(crate) fn head(&self) -> (Epoch, Seq, Option<Anchor>) {
        (self.epoch, self.head, self.head_anchor)
    }

    /// Notes that storage has this entry, where it is after the head: a ring that comes by there with another one, or a log that
    /// ends before it, is another history.
    pub(crate) fn note_read(&mut self, generation: u64, seq: Seq, anchor: Option<Anchor>) {
        if generation == self.generation && seq > self.seen_through() {
            self.read = Some((seq, anchor));
        }
    }

    /// Up to where storage was seen to reach.
    pub(crate) fn seen_through(&self) -> Seq {
        self.read.map_or(self.head, |(seq, _)| seq.max(self.head))
    }

    /// Whether the log's head, as the engine tells it, is behind this ring or another history.
    pub(crate) fn contradicts(&self, marks: &Marks) -> bool {
        let other_anchor = |ours: Anchor| marks.head_anchor.is_some_and(|theirs| theirs != ours);
        (holds(Rule::Epoch) && marks.epoch != self.epoch)
            || marks.head < self.head
            || (holds(Rule::Link)
                && marks.head == self.head
                && self.head_anchor.is_some_and(other_anchor))
    }

    pub(crate) fn accept(&mut self, entry: Entry) -> Accepted {
        if entry.seq <= self.head {
            return match self.at(entry.seq) {
                Some(known) if holds(Rule::Link) && known.entry.id != entry.id => {
                    Accepted::Diverged
                }
                _ => Accepted::Known,
            };
        }
        if holds(Rule::Fill) && entry.seq != self.head + 1 {
            return Accepted::Hole;
        }
        if let (Some(link), Some(anchor)) = (entry.link, self.head_anchor)
            && link != anchor
            && holds(Rule::Link)
        {
            return Accepted::Diverged;
        }
        if let Some((seq, read)) = self.read.filter(|(seq, _)| *seq <= entry.seq) {
            let other = |read: Anchor| seq == entry.seq && read != entry.anchor;
            if holds(Rule::Link) && read.is_some_and(other) {
                return Accepted::Diverged;
            }
            self.read = None;
        }
        (self.head, self.head_anchor) = (entry.seq, Some(entry.anchor));
        let framed = Framed::new(entry, self.log, self.epoch, &self.tokens);
        self.bytes += framed.size();
        let used = self.budget.used.fetch_add(framed.size(), Ordering::Relaxed) + framed.size();
        self.entries.push_back(Arc::new(framed));
        self.evict(used > self.budget.per_process);
        Accepted::Appended
    }

    /// Lets go of the oldest entries over the limit; while the process is over its own, of all but the newest.
    fn evict(&mut self, process_is_full: bool) {
        while self.entries.len() > 1 && (self.bytes > self.budget.per_log || process_is_full) {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.size();
            self.budget.used.fetch_sub(oldest.size(), Ordering::Relaxed);
        }
    }

    /// How many entries follow `seq`, for a place proven against `generation`; 0 for any other.
    pub(crate) fn lag(&self, generation: u64, seq: Seq) -> u64 {
        if generation == self.generation {
            self.head.saturating_sub(seq)
        } else {
            0
        }
    }

    /// The anchor at `seq`, if the ring knows it.
    pub(crate) fn anchor_at(&self, seq: Seq) -> Option<Anchor> {
        if seq == self.head {
            return self.head_anchor;
        }
        let here = self.at(seq).map(|framed| framed.entry.anchor);
        here.or_else(|| self.at(seq + 1)?.entry.link)
    }

    fn base(&self) -> Seq {
        if !holds(Rule::Fill) {
            let first = |framed: &Arc<Framed>| framed.entry.seq;
            return self.entries.front().map_or(self.head + 1, first);
        }
        self.head + 1 - self.entries.len() as u64
    }

    fn at(&self, seq: Seq) -> Option<&Arc<Framed>> {
        if !holds(Rule::Fill) && seq >= self.base() {
            return self.entries.iter().find(|framed| framed.entry.seq >= seq);
        }
        self.entries
            .get(usize::try_from(seq.checked_sub(self.base())?).ok()?)
    }

    /// The entry after `seq`, for a place proven against `generation`.
    pub(crate) fn after(&self, generation: u64, seq: Seq) -> Hot {
        if generation != self.generation {
            return Hot::Cold;
        }
        if seq >= self.head {
            return Hot::Nothing;
        }
        self.at(seq + 1)
            .map_or(Hot::Cold, |framed| Hot::Entry(Arc::clone(framed)))
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::words::{cursor::anchor, envelope::Timestamp};

    const MARKS: Marks = Marks {
        epoch: 7,
        head: 0,
        head_anchor: Some(0),
        trimmed_through: 0,
    };

    fn entry(seq: Seq, life: u128) -> Entry {
        let id = |seq: Seq| Uuid::from_u128(life << 64 | u128::from(seq));
        let link = if seq == 1 { 0 } else { anchor(id(seq - 1)) };
        Entry {
            seq,
            id: id(seq),
            name: "orders:created".into(),
            time: Timestamp::from_millis(0),
            anchor: anchor(id(seq)),
            link: Some(link),
            body: Bytes::from(vec![b'x'; 100]),
        }
    }

    fn ring(budget: RingBudget) -> Ring {
        let mut ring = Ring::new(1, Arc::new(budget));
        ring.start(&MARKS);
        ring
    }

    #[test]
    fn entries_are_read_in_order_and_evicted_ones_are_cold() {
        let mut ring = ring(RingBudget::new(2_000, 1 << 20));
        for seq in 1..=5 {
            assert_eq!(ring.accept(entry(seq, 1)), Accepted::Appended);
        }
        assert!(matches!(ring.after(1, 5), Hot::Nothing));
        assert!(matches!(ring.after(1, 4), Hot::Entry(framed) if framed.entry().seq == 5));
        assert!(matches!(ring.after(1, 0), Hot::Cold));
        assert!(
            matches!(ring.after(0, 4), Hot::Cold),
            "proven against an older generation"
        );
    }

    #[test]
    fn holes_repeats_and_other_histories_are_told_apart() {
        let mut ring = ring(RingBudget::default());
        assert_eq!(ring.accept(entry(2, 1)), Accepted::Hole);
        assert_eq!(ring.accept(entry(1, 1)), Accepted::Appended);
        assert_eq!(ring.accept(entry(1, 1)), Accepted::Known);
        assert_eq!(ring.accept(entry(1, 2)), Accepted::Diverged);
        assert_eq!(
            ring.accept(entry(2, 2)),
            Accepted::Diverged,
            "its link is another history's"
        );
        assert!(ring.contradicts(&MARKS));
        assert!(!ring.contradicts(&Marks {
            head: 1,
            head_anchor: Some(anchor(entry(1, 1).id)),
            ..MARKS
        }));
        assert!(ring.contradicts(&Marks {
            head: 1,
            head_anchor: Some(3),
            ..MARKS
        }));
        assert!(ring.contradicts(&Marks {
            epoch: 8,
            head: 2,
            ..MARKS
        }));
    }

    #[test]
    fn the_process_budget_leaves_every_ring_its_newest_entry_and_is_given_back() {
        let budget = Arc::new(RingBudget::new(1 << 20, 1_000));
        let mut ring = Ring::new(1, Arc::clone(&budget));
        ring.start(&MARKS);
        for seq in 1..=9 {
            ring.accept(entry(seq, 1));
        }
        assert!(matches!(ring.after(1, 8), Hot::Entry(_)));
        assert!(matches!(ring.after(1, 6), Hot::Cold));
        drop(ring);
        assert_eq!(budget.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_storage_was_seen_to_hold_beyond_the_head_must_come() {
        let mut ring = ring(RingBudget::default());
        ring.note_read(0, 9, None);
        assert_eq!(ring.seen_through(), 0, "of another generation");
        ring.note_read(1, 3, Some(anchor(entry(3, 1).id)));
        ring.note_read(1, 2, None);
        assert_eq!(ring.seen_through(), 3);
        for seq in 1..=2 {
            assert_eq!(ring.accept(entry(seq, 1)), Accepted::Appended);
        }
        let other = Entry {
            link: entry(3, 1).link,
            ..entry(3, 2)
        };
        assert_eq!(ring.accept(other), Accepted::Diverged);
        assert_eq!(ring.accept(entry(3, 1)), Accepted::Appended);
    }

    #[test]
    fn the_anchor_before_the_oldest_entry_is_known_by_its_link() {
        let mut ring = ring(RingBudget::new(2_000, 1 << 20));
        for seq in 1..=5 {
            ring.accept(entry(seq, 1));
        }
        let before = ring.base() - 1;
        assert!(ring.at(before).is_none());
        assert_eq!(ring.anchor_at(before), Some(anchor(entry(before, 1).id)));
    }
}
