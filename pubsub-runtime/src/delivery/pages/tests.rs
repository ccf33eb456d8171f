use std::{sync::atomic::AtomicBool, time::Duration};

use bytes::Bytes;
use futures_util::future::join_all;
use uuid::Uuid;

use super::*;
use crate::{
    delivery::{
        adapter::{
            Adapter, Appended, Capabilities, ChannelSpec, DynAdapter, Feed, Health, LogId, Memory,
            NewEvent,
        },
        ring::{Accepted, RingBudget},
    },
    words::{
        cursor::{Position, anchor},
        envelope::Timestamp,
        error::ErrorKind,
        system::GapReason,
    },
};

/// A memory adapter that takes a moment for each read, and counts them.
struct Slow {
    memory: Memory,
    reads: AtomicUsize,
    broken: AtomicBool,
    /// The seq of an entry that cannot be read, nor anything read with it; 0 if there is none.
    damaged: AtomicU64,
}

impl Adapter for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn capabilities(&self) -> Capabilities {
        Adapter::capabilities(&self.memory)
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        Adapter::open(&self.memory, spec).await
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        Adapter::append(&self.memory, batch).await
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        Adapter::feed(&self.memory, log).await
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
        if self.broken.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Unavailable, "no engine"));
        }
        let damaged = self.damaged.load(Ordering::SeqCst);
        if damaged > after && damaged - after <= limit as u64 {
            return Err(Error::new(ErrorKind::Corrupt, "damaged"));
        }
        Adapter::read(&self.memory, log, after, limit, max_bytes).await
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        Adapter::marks(&self.memory, log).await
    }

    async fn health(&self) -> Health {
        Adapter::health(&self.memory).await
    }

    async fn shutdown(&self, deadline: Duration) -> Result<()> {
        Adapter::shutdown(&self.memory, deadline).await
    }
}

struct World {
    slow: Arc<Slow>,
    log: Arc<Log>,
    published: u64,
}

fn uuid(seq: Seq) -> Uuid {
    Uuid::from_u128(u128::from(seq))
}

impl World {
    async fn new(max_events: u64) -> Self {
        let slow = Arc::new(Slow {
            memory: Memory::new(),
            reads: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
            damaged: AtomicU64::new(0),
        });
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), max_events, 1 << 30);
        let id = Adapter::open(&*slow, spec).await.unwrap().remove(0);
        let adapter = Arc::clone(&slow) as Arc<dyn DynAdapter>;
        let log = Arc::new(Log::new(id, adapter, Arc::new(RingBudget::default())));
        let world = Self {
            slow,
            log,
            published: 0,
        };
        world.restart_ring().await;
        world
    }

    async fn restart_ring(&self) {
        let marks = self.marks().await;
        self.log.ring().start(&marks);
    }

    async fn marks(&self) -> Marks {
        let id = self.log.id().clone();
        Adapter::marks(&*self.slow, id).await.unwrap()
    }

    /// Appends entries with bodies of this size, and feeds them to the ring.
    async fn append(&mut self, count: u64, size: usize) {
        let id = self.log.id().clone();
        for _ in 0..count {
            self.published += 1;
            let event = NewEvent {
                id: uuid(self.published),
                name: "orders:created".into(),
                time: Timestamp::from_millis(0),
                key: None,
                body: Bytes::from(vec![b'x'; size]),
            };
            Adapter::append(&*self.slow, vec![(id.clone(), event)])
                .await
                .unwrap();
            let page = Adapter::read(&self.slow.memory, id.clone(), self.published - 1, 1, 1);
            let entry = page.await.unwrap().entries.remove(0);
            assert_eq!(self.log.ring().accept(entry), Accepted::Appended);
        }
    }

    async fn place(&self, seq: Seq) -> Place {
        Place {
            epoch: Some(Position::epoch_tag(self.marks().await.epoch)),
            seq,
            anchor: Some(if seq == 0 { 0 } else { anchor(uuid(seq)) }),
        }
    }

    /// The seqs that follow `place`, and what is judged of it.
    async fn read(&self, place: Place) -> (Vec<Seq>, Verdict) {
        let (entries, marks) = read(&self.log, place, false).await.unwrap();
        let verdict = judge_next(place, entries.front().map(|framed| framed.entry()), &marks);
        let seqs = entries.iter().map(|framed| framed.entry().seq).collect();
        (seqs, verdict)
    }

    fn reads(&self) -> usize {
        self.slow.reads.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_back_at_the_same_time_reads_a_block_once_and_shares_its_frames() {
    let mut world = World::new(100_000).await;
    world.append(1_000, 10).await;
    let mut places = Vec::new();
    for client in 0..5_000 {
        places.push(world.place(900 + client % 50).await);
    }
    let world = &world;
    let answers = join_all(places.iter().map(|place| world.read(*place))).await;
    for (place, (seqs, verdict)) in places.iter().zip(&answers) {
        assert_eq!(*verdict, Verdict::Continues);
        assert!(seqs.iter().copied().eq(place.seq + 1..=1_000));
    }
    assert_eq!(world.reads(), 1);
    let first = read(&world.log, places[0], false).await.unwrap().0;
    let again = read(&world.log, places[0], false).await.unwrap().0;
    assert!(Arc::ptr_eq(&first[0], &again[0]));
    assert_eq!(world.reads(), 0, "it is kept for a moment");
    tokio::time::sleep(LIFE).await;
    world.read(places[0]).await;
    assert_eq!(world.reads(), 1, "and no longer");
}

#[tokio::test(start_paused = true)]
async fn clients_that_come_back_while_events_are_published_do_not_read_again() {
    let mut world = World::new(100_000).await;
    world.append(300, 10).await;
    for behind in 1..=50 {
        world.append(1, 10).await;
        let place = world.place(world.published - behind).await;
        let (seqs, verdict) = world.read(place).await;
        assert_eq!(verdict, Verdict::Continues);
        assert_eq!(seqs.first(), Some(&(place.seq + 1)));
    }
    assert!(world.reads() <= 6);
}

#[tokio::test(start_paused = true)]
async fn a_block_that_is_out_of_date_tells_no_loss_that_is_none() {
    let mut world = World::new(100_000).await;
    world.append(10, 10).await;
    world.read(world.place(3).await).await;
    assert_eq!(world.reads(), 1);
    world.append(10, 10).await;
    assert_eq!(
        world.read(world.place(15).await).await,
        ((16..=20).collect(), Verdict::Continues),
        "a place beyond the head that the block knows"
    );
    assert_eq!(world.reads(), 1);
    assert_eq!(
        world.read(world.place(20).await).await,
        (vec![], Verdict::Continues)
    );
    assert_eq!(world.reads(), 0, "at the head there is nothing to read");
    world.append(1, 10).await;
    assert_eq!(
        world.read(world.place(20).await).await,
        (vec![21], Verdict::Continues),
        "the ring knows of a newer entry"
    );
}

#[tokio::test(start_paused = true)]
async fn a_block_that_is_out_of_date_hides_no_loss() {
    let mut world = World::new(5).await;
    world.append(5, 10).await;
    let place = world.place(5).await;
    assert_eq!(world.read(place).await, (vec![], Verdict::Continues));
    world.append(20, 10).await;
    let (_, verdict) = world.read(place).await;
    assert_eq!(
        verdict,
        Verdict::Gap {
            reason: GapReason::Retention,
            missed: Some(15)
        }
    );
    let mut other = place;
    other.epoch = Some(77);
    let (_, verdict) = world.read(other).await;
    assert_eq!(
        verdict,
        Verdict::Gap {
            reason: GapReason::EpochChanged,
            missed: None
        }
    );
    let mut forged = world.place(25).await;
    forged.seq = u64::MAX;
    let (_, verdict) = world.read(forged).await;
    assert_eq!(
        verdict,
        Verdict::Gap {
            reason: GapReason::HistoryRewound,
            missed: None
        }
    );
}

#[tokio::test(start_paused = true)]
async fn what_must_be_fresh_is_read_again_and_a_new_ring_trusts_no_older_block() {
    let mut world = World::new(100).await;
    world.append(10, 10).await;
    let place = world.place(3).await;
    for _ in 0..2 {
        read(&world.log, place, true).await.unwrap();
        assert_eq!(world.reads(), 1);
    }
    world.read(place).await;
    assert_eq!(world.reads(), 0);
    world.restart_ring().await;
    world.read(place).await;
    assert_eq!(world.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn everybody_who_is_told_a_loss_shares_the_read_that_proves_it() {
    let mut world = World::new(5).await;
    world.append(300, 10).await;
    let place = world.place(10).await;
    world.read(place).await;
    let world = &world;
    let verdicts = join_all((0..1_000).map(|_| world.read(place))).await;
    assert!(
        verdicts
            .iter()
            .all(|(_, verdict)| matches!(verdict, Verdict::Gap { .. }))
    );
    assert!(world.reads() <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_block_of_large_bodies_is_read_in_parts() {
    let mut world = World::new(100).await;
    world.append(25, 100_000).await;
    let mut place = world.place(0).await;
    let mut seen = Vec::new();
    while place.seq < 25 {
        let (seqs, verdict) = world.read(place).await;
        assert_eq!(verdict, Verdict::Continues);
        place = world.place(*seqs.last().unwrap()).await;
        seen.extend(seqs);
    }
    assert!(seen.into_iter().eq(1..=25));
    assert_eq!(world.reads(), 3);
    for seq in 0..25 {
        let (seqs, _) = world.read(world.place(seq).await).await;
        assert_eq!(seqs.first(), Some(&(seq + 1)));
    }
    assert_eq!(world.reads(), 0, "each part is kept");
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_and_given_back() {
    let mut world = World::new(10_000).await;
    let budget = Arc::new(PageBudget::new(200_000, 1 << 30));
    let adapter = Arc::clone(&world.slow) as Arc<dyn DynAdapter>;
    let log = Log::new(world.log.id().clone(), adapter, Arc::default());
    world.log = Arc::new(log.with_page_budget(&budget));
    world.restart_ring().await;
    world.append(5_000, 10).await;
    for block in 0..19 {
        world.read(world.place(block * BLOCK).await).await;
        assert!(budget.used.load(Ordering::Relaxed) <= 200_000);
    }
    assert_eq!(world.reads(), 19);
    assert_ne!(budget.used.load(Ordering::Relaxed), 0);
    tokio::time::sleep(LIFE).await;
    world.log.pages().sweep();
    assert_eq!(budget.used.load(Ordering::Relaxed), 0);
    world.read(world.place(0).await).await;
    drop(world);
    assert_eq!(budget.used.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stands_still_keeps_nobody_waiting() {
    let mut world = World::new(10_000).await;
    world.append(10, 10).await;
    let place = world.place(0).await;
    let mut still = Box::pin(read(&world.log, place, false));
    assert!(futures_util::poll!(&mut still).is_pending());
    let others = world.read(place);
    let (others, _) = tokio::time::timeout(Duration::from_secs(1), others)
        .await
        .unwrap();
    assert_eq!((others.len(), world.reads()), (10, 1));
    drop(still);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_leaves_does_not_strand_those_who_waited_for_its_read() {
    let mut world = World::new(100).await;
    world.append(10, 10).await;
    let place = world.place(3).await;
    let leaving = tokio::time::timeout(Duration::from_millis(1), world.read(place));
    let (left, stayed) = tokio::join!(leaving, world.read(place));
    assert!(left.is_err());
    assert_eq!(stayed.0, [4, 5, 6, 7, 8, 9, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_fails_for_everybody_at_once_and_is_not_kept() {
    let mut world = World::new(100).await;
    world.append(10, 10).await;
    let place = world.place(3).await;
    world.slow.broken.store(true, Ordering::SeqCst);
    let answers = join_all((0..1_000).map(|_| read(&world.log, place, false))).await;
    for answer in answers {
        assert_eq!(
            answer.err().map(|error| error.kind()),
            Some(ErrorKind::Unavailable)
        );
    }
    assert_eq!(world.reads(), 1);
    world.slow.broken.store(false, Ordering::SeqCst);
    assert_eq!(world.read(place).await.1, Verdict::Continues);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_entry_stops_only_those_who_need_it_next() {
    let mut world = World::new(100).await;
    world.append(20, 10).await;
    world.slow.damaged.store(10, Ordering::SeqCst);
    for before in 0..9 {
        let (seqs, verdict) = world.read(world.place(before).await).await;
        assert_eq!((seqs, verdict), (vec![before + 1], Verdict::Continues));
    }
    for _ in 0..2 {
        let refused = read(&world.log, world.place(9).await, false).await;
        assert_eq!(
            refused.err().map(|error| error.kind()),
            Some(ErrorKind::Corrupt)
        );
    }
    assert!(!world.log.pages().note_damaged(9), "it was told");
    assert!(world.log.pages().note_damaged(8), "it was not");
    let (seqs, verdict) = world.read(world.place(10).await).await;
    assert_eq!((seqs.first(), verdict), (Some(&11), Verdict::Continues));
}

#[tokio::test(start_paused = true)]
async fn a_block_in_parts_is_read_once_from_end_to_end_though_only_one_part_fits() {
    let mut world = World::new(100).await;
    let budget = Arc::new(PageBudget::new(4_000_000, 1 << 30));
    let adapter = Arc::clone(&world.slow) as Arc<dyn DynAdapter>;
    let log = Log::new(world.log.id().clone(), adapter, Arc::default());
    world.log = Arc::new(log.with_page_budget(&budget));
    world.restart_ring().await;
    world.append(60, 100_000).await;
    let mut place = world.place(0).await;
    while place.seq < 60 {
        let (seqs, verdict) = world.read(place).await;
        assert_eq!(verdict, Verdict::Continues);
        assert_eq!(seqs.first(), Some(&(place.seq + 1)));
        place = world.place(*seqs.last().unwrap()).await;
    }
    assert_eq!(world.reads(), 6);
}
