//! Pages of storage, shared: whoever comes back at the same time reads the same block, once, and shares its frames.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use tokio::time::Instant;

use super::{
    adapter::{Marks, Page},
    log::Log,
    resolve::{Place, Verdict, judge_next, unbroken},
    ring::Framed,
};
use crate::words::{
    cursor::Seq,
    error::{Error, ErrorKind, Result},
    system::GapReason,
};

/// How many entries a block has: block `k` holds those from `k · BLOCK + 1` to `(k + 1) · BLOCK`.
const BLOCK: u64 = 256;
/// How many bytes of bodies one read asks for; a block of larger ones is read in parts.
const READ_BYTES: usize = 1 << 20;
/// How long a part is kept.
const LIFE: Duration = Duration::from_secs(5);
/// The most parts a log keeps or waits for.
const MAX_PARTS: usize = 1_024;

/// How many pages of storage subscriptions of this process have read.
static READ: AtomicU64 = AtomicU64::new(0);

/// How many pages of storage subscriptions of this process have read.
pub fn pages_read() -> u64 {
    READ.load(Ordering::Relaxed)
}

/// How much memory the pages may hold.
#[derive(Debug)]
pub(crate) struct PageBudget {
    used: AtomicUsize,
    per_log: usize,
    per_process: usize,
}

impl Default for PageBudget {
    fn default() -> Self {
        Self::new(8 << 20, 64 << 20)
    }
}

impl PageBudget {
    /// Limits in bytes, for each log and for all together.
    pub(crate) const fn new(per_log: usize, per_process: usize) -> Self {
        Self {
            used: AtomicUsize::new(0),
            per_log,
            per_process,
        }
    }
}

/// The parts of blocks that one log keeps for a moment.
pub(super) struct Pages {
    budget: Arc<PageBudget>,
    // A std mutex: it is held for a look-up or an insert, never across an await.
    held: Mutex<Held>,
    /// Counts what happens, so that a read can be told to have begun after a question.
    ticks: AtomicU64,
    /// Places whose next entry was told to be damaged, so that each is told once.
    damaged: Mutex<BTreeSet<Seq>>,
}

#[derive(Default)]
struct Held {
    parts: HashMap<Key, Holding>,
    /// Where parts of blocks too large for one were seen to end, by generation; kept longer than the parts, so that those before a
    /// place need not be read again to find the one that continues it.
    cuts: BTreeSet<(u64, Seq)>,
    bytes: usize,
}

/// A part is named by what it lies between. Another generation of the ring may be another history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    generation: u64,
    after: Seq,
    end: Seq,
}

struct Holding {
    /// Tells it from another with the same key.
    number: u64,
    reading: Reading,
    bytes: usize,
    since: Instant,
}

/// A read that many may wait for; its failure is everybody's, or they would repeat it one after the other.
type Reading = Shared<BoxFuture<'static, Result<Arc<Part>, Arc<Error>>>>;

/// Entries of one block that follow one another, as they were read at one time.
struct Part {
    entries: Box<[Arc<Framed>]>,
    marks: Marks,
    /// The tick at which its read began.
    begun: u64,
    /// Where the next part of its block begins, if it was too large for one.
    cut: Option<Seq>,
}

/// What continues a place: the entries, which follow one another, and marks not older than they are.
pub(super) type Continuation = (VecDeque<Arc<Framed>>, Marks);

impl Part {
    fn after(&self, seq: Seq) -> &[Arc<Framed>] {
        let examined = self
            .entries
            .partition_point(|framed| framed.entry().seq <= seq);
        self.entries.get(examined..).unwrap_or_default()
    }

    /// What it says of a place in its block, and whether it holds what comes next.
    fn judge(&self, place: Place) -> (Verdict, bool) {
        let next = self.after(place.seq).first().map(|framed| framed.entry());
        (judge_next(place, next, &self.marks), next.is_some())
    }

    /// Whether it may be used though it was read before it was asked for: entries that continue the place do so still, and
    /// at the head there is nothing to miss while the ring knows of nothing newer. Whatever else it says may be out of date.
    fn still_continues(&self, place: Place, log: &Log) -> bool {
        let (verdict, has_next) = self.judge(place);
        let (_, head, _) = log.ring().head();
        verdict == Verdict::Continues && (has_next || head <= self.marks.head)
    }

    /// Whether it shows another history than the one of `place`: what was read of that one must lead nobody there again.
    fn belies(&self, place: Place) -> bool {
        let others = [
            GapReason::EpochChanged,
            GapReason::HistoryRewound,
            GapReason::HistoryDiverged,
        ];
        matches!(self.judge(place).0, Verdict::Gap { reason, .. } if others.contains(&reason))
    }
}

/// The entries after `place`, of its block; `fresh` if they must be read from now on.
///
/// # Errors
///
/// What the adapter says.
pub(super) async fn read(log: &Arc<Log>, place: Place, fresh: bool) -> Result<Continuation> {
    let pages = log.pages();
    let asked = pages.tick();
    let generation = log.ring().generation();
    let start = place.seq / BLOCK * BLOCK;
    let alone = Key {
        generation,
        after: place.seq,
        end: place.seq.saturating_add(1),
    };
    let mut key = Key {
        generation,
        after: pages.cut_before(generation, start, place.seq),
        end: start.saturating_add(BLOCK),
    };
    loop {
        let (number, reading) = pages.part(key, |number| start_read(log, key, number));
        let part = match reading.await {
            Ok(part) => part,
            // What is damaged may lie before the place, or further on: only the next entry counts.
            Err(error) if error.kind() == ErrorKind::Corrupt && key != alone => {
                key = alone;
                continue;
            }
            Err(error) => {
                if error.kind() == ErrorKind::Corrupt && pages.note_damaged(place.seq) {
                    tracing::error!(
                        log = ?log.id(), after = place.seq, error = %error, source = ?error,
                        "the next entry of a log is damaged: no subscription from before it can go on until it is restored"
                    );
                }
                let message = error.message().to_owned();
                return Err(Error::new(error.kind(), message).with_source(error));
            }
        };
        // What lies between the beginning of a part and its cut never changes within a history.
        if let Some(cut) = part.cut.filter(|cut| *cut <= place.seq) {
            key.after = cut;
            continue;
        }
        if part.begun > asked || (!fresh && part.still_continues(place, log)) {
            if part.belies(place) {
                pages.forget_older(number);
            }
            let entries = part.after(place.seq).iter().cloned().collect();
            return Ok((entries, part.marks));
        }
        // The next read begins after the question, so this is done twice at most: once more for one that is under way.
        pages.forget(key, number);
    }
}

/// Reads a part on a task of its own: a subscription moves only while its client takes what is written, and others wait for this.
fn start_read(log: &Arc<Log>, key: Key, number: u64) -> Reading {
    let log = Arc::clone(log);
    let read = tokio::spawn(async move {
        let pages = log.pages();
        let begun = pages.tick();
        match read_part(&log, key, begun).await {
            Ok(part) => {
                pages.note(key, number, &part);
                Ok(Arc::new(part))
            }
            Err(error) => {
                pages.forget(key, number);
                Err(Arc::new(error))
            }
        }
    });
    let outcome = async move {
        // A panic of the adapter is a failed read.
        let panicked = |error| Err(Arc::new(Error::internal(error)));
        read.await.unwrap_or_else(panicked)
    };
    outcome.boxed().shared()
}

async fn read_part(log: &Log, key: Key, begun: u64) -> Result<Part> {
    let Key { after, end, .. } = key;
    READ.fetch_add(1, Ordering::Relaxed);
    let limit = usize::try_from(end - after).unwrap_or(usize::MAX);
    let mut page = log
        .adapter()
        .read(log.id().clone(), after, limit, READ_BYTES)
        .await?;
    // Past what was trimmed, the entries asked for are of later blocks.
    page.entries.retain(|entry| entry.seq <= end);
    let (entries, marks) = framed(log, page);
    let last = entries.back().map(|framed| framed.entry().seq);
    Ok(Part {
        entries: Vec::from(entries).into(),
        marks,
        begun,
        cut: last.filter(|last| *last > after && *last < end && *last < marks.head),
    })
}

/// The entries of a page that follow one another, ready to be framed.
pub(super) fn framed(log: &Log, page: Page) -> Continuation {
    let Page { mut entries, marks } = page;
    entries.truncate(unbroken(&entries));
    let framed = |entry| Arc::new(Framed::new(entry, log.tag(), marks.epoch, log.tokens()));
    (entries.into_iter().map(framed).collect(), marks)
}

impl Pages {
    pub(super) fn new(budget: Arc<PageBudget>) -> Self {
        Self {
            budget,
            held: Mutex::default(),
            ticks: AtomicU64::new(0),
            damaged: Mutex::default(),
        }
    }

    fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::AcqRel)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The part with this key, read or under way; if there is none, `start` begins to read it.
    fn part(&self, key: Key, start: impl FnOnce(u64) -> Reading) -> (u64, Reading) {
        let mut held = self.lock();
        if let Some(holding) = held.parts.get(&key)
            && holding.since.elapsed() < LIFE
        {
            return (holding.number, holding.reading.clone());
        }
        held.remove(key, &self.budget);
        let number = self.tick();
        let reading = start(number);
        held.parts.insert(
            key,
            Holding {
                number,
                reading: reading.clone(),
                bytes: 0,
                since: Instant::now(),
            },
        );
        held.evict(&self.budget);
        (number, reading)
    }

    /// Counts a part that was read, and lets go of others for it.
    fn note(&self, key: Key, number: u64, part: &Part) {
        let bytes = part.entries.iter().map(|framed| framed.size()).sum();
        let mut held = self.lock();
        if let Some(cut) = part.cut {
            held.cuts.insert((key.generation, cut));
            if held.cuts.len() > MAX_PARTS {
                held.cuts.pop_first();
            }
        }
        if let Some(holding) = held.parts.get_mut(&key)
            && holding.number == number
        {
            holding.bytes = bytes;
            held.bytes += bytes;
            self.budget.used.fetch_add(bytes, Ordering::Relaxed);
            held.evict(&self.budget);
        }
    }

    /// Lets go of a part that is out of date, or could not be read, unless somebody did.
    fn forget(&self, key: Key, number: u64) {
        let mut held = self.lock();
        let is_there = |holding: &Holding| holding.number == number;
        if held.parts.get(&key).is_some_and(is_there) {
            held.remove(key, &self.budget);
        }
    }

    /// Lets go of every part that was asked for before this one.
    fn forget_older(&self, number: u64) {
        let mut held = self.lock();
        let older = held.parts.iter().filter(|(_, part)| part.number < number);
        let older: Vec<_> = older.map(|(key, _)| *key).collect();
        for key in older {
            held.remove(key, &self.budget);
        }
    }

    /// Where to begin to read for `place`, in the block that begins after `start`.
    fn cut_before(&self, generation: u64, start: Seq, place: Seq) -> Seq {
        let held = self.lock();
        let mut cuts = held.cuts.range((generation, start)..=(generation, place));
        cuts.next_back().map_or(start, |(_, cut)| *cut)
    }

    /// Notes that the entry after `seq` is damaged; whether that is news.
    fn note_damaged(&self, seq: Seq) -> bool {
        let mut damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        if damaged.len() >= MAX_PARTS {
            damaged.clear();
        }
        damaged.insert(seq)
    }

    /// Lets go of what is too old.
    pub(super) fn sweep(&self) {
        self.lock().expire(&self.budget);
    }

    /// Lets go of everything.
    pub(super) fn clear(&self) {
        let mut held = self.lock();
        self.budget.used.fetch_sub(held.bytes, Ordering::Relaxed);
        *held = Held::default();
    }
}

impl Held {
    fn remove(&mut self, key: Key, budget: &PageBudget) {
        if let Some(holding) = self.parts.remove(&key) {
            self.bytes -= holding.bytes;
            budget.used.fetch_sub(holding.bytes, Ordering::Relaxed);
        }
    }

    fn expire(&mut self, budget: &PageBudget) {
        let old: Vec<_> = self
            .parts
            .iter()
            .filter(|(_, holding)| holding.since.elapsed() >= LIFE)
            .map(|(key, _)| *key)
            .collect();
        for key in old {
            self.remove(key, budget);
        }
    }

    /// Lets go of the oldest parts until the limits are kept; who waits for one that is under way still gets it.
    fn evict(&mut self, budget: &PageBudget) {
        let is_over = |held: &Self| {
            held.parts.len() > MAX_PARTS
                || held.bytes > budget.per_log
                || (held.bytes > 0 && budget.used.load(Ordering::Relaxed) > budget.per_process)
        };
        if is_over(self) {
            self.expire(budget);
        }
        while is_over(self) {
            let oldest = self.parts.iter().min_by_key(|(_, holding)| holding.since);
            let Some(key) = oldest.map(|(key, _)| *key) else {
                break;
            };
            self.remove(key, budget);
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.lock();
        f.debug_struct("Pages")
            .field("parts", &held.parts.len())
            .field("bytes", &held.bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
