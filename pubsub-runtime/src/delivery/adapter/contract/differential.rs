//! Random operations against an adapter and against memory, which says what should have happened.

use std::{collections::HashSet, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use uuid::Uuid;

use super::{
    super::{
        Appended, ChannelSpec, Dedupe, DynAdapter, Entry, Locate, Located, LogId, NewEvent, Page,
        Seq,
    },
    Held,
    fixture::{DynFixture, HandClock, memory},
    random::Random,
    scene::{Maker, connect, fresh},
};
use crate::words::envelope::Timestamp;

const OPERATIONS: usize = 2_000;
const CHANNELS: usize = 3;

/// 2,000 random operations answer as memory answers them. The seed is in the message of a failure; `CONTRACT_SEED` repeats it.
pub async fn random_operations_answer_as_memory(fixture: &dyn DynFixture) -> Held {
    let seed = given_seed().unwrap_or_else(fresh);
    random_operations(fixture, seed, OPERATIONS).await
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one variable of the contract, read in tests only"
)]
fn given_seed() -> Option<u64> {
    std::env::var("CONTRACT_SEED").ok()?.parse().ok()
}

/// So many random operations from this seed. An engine without a [`HandClock`] is not asked, since memory could not follow its time.
///
/// # Errors
///
/// The first answer that differs from memory's, with the seed and the number of the operation.
pub async fn random_operations(fixture: &dyn DynFixture, seed: u64, operations: usize) -> Held {
    let Some(clock) = fixture.clock() else {
        return Ok(());
    };
    let mut pair = Pair::new(fixture, clock, seed).await?;
    for number in 0..operations {
        let operation = pair.random.below(100);
        let done = pair.step(operation).await;
        done.with_context(|| {
            format!("operation {number} of CONTRACT_SEED={seed} (kind {operation})")
        })?;
    }
    Ok(())
}

/// The adapter and its oracle.
struct Pair<'a> {
    fixture: &'a dyn DynFixture,
    subject: Option<Arc<dyn DynAdapter>>,
    oracle: Arc<dyn DynAdapter>,
    clock: HandClock,
    maker: Maker,
    random: Random,
    specs: Vec<ChannelSpec>,
    logs: Vec<LogId>,
    ids: Vec<Uuid>,
    appended: HashSet<(LogId, Uuid)>,
}

impl<'a> Pair<'a> {
    async fn new(fixture: &'a dyn DynFixture, clock: HandClock, seed: u64) -> Result<Self> {
        let mut pair = Self {
            fixture,
            subject: Some(connect(fixture).await?),
            oracle: Arc::new(memory(&clock)),
            clock,
            maker: Maker::new(fixture),
            random: Random::new(seed),
            specs: Vec::new(),
            logs: Vec::new(),
            ids: Vec::new(),
            appended: HashSet::new(),
        };
        let base = fresh();
        for channel in 0..CHANNELS {
            let spec = ChannelSpec {
                partitions: 1 + u16::from(channel == 1),
                ..ChannelSpec::new(
                    format!("contract-{base:x}-{channel}"),
                    Duration::from_mins(1),
                    [1 << 20, 200, 30][channel % 3],
                    1 << 30,
                )
            };
            pair.logs.extend(spec.logs());
            pair.specs.push(spec);
        }
        pair.open_all().await?;
        Ok(pair)
    }

    fn subject(&self) -> Result<&Arc<dyn DynAdapter>> {
        self.subject.as_ref().context("between two restarts")
    }

    async fn open_all(&mut self) -> Result<()> {
        for spec in &self.specs {
            self.subject()?.open(spec.clone()).await?;
            self.oracle.open(spec.clone()).await?;
        }
        Ok(())
    }

    fn log(&mut self) -> Result<LogId> {
        self.random.pick(&self.logs).cloned().context("no log")
    }

    async fn step(&mut self, operation: usize) -> Held {
        match operation {
            0..45 => self.append().await,
            45..65 => self.read().await,
            65..75 => self.marks().await,
            75..85 => self.locate().await,
            85..90 => self.seek_time().await,
            90..95 => {
                let millis = self.random.below(5_000) as u64;
                self.clock.advance(Duration::from_millis(millis));
                Ok(())
            }
            95..97 => self.open_all().await,
            97..99 => {
                self.subject = Some(connect(self.fixture).await?);
                self.open_all().await
            }
            _ => self.restart().await,
        }
    }

    async fn restart(&mut self) -> Held {
        if !self.subject()?.capabilities().survives_restart {
            return Ok(());
        }
        self.subject = None;
        self.fixture.restart().await.context("the restart failed")?;
        self.subject = Some(connect(self.fixture).await?);
        self.open_all().await
    }

    async fn append(&mut self) -> Held {
        let can = self.subject()?.capabilities();
        let mut batch: Vec<(LogId, NewEvent)> = Vec::new();
        for _ in 0..=self.random.below(4) {
            let mut event = self.maker.event();
            let repeated = self.random.pick(&self.ids).copied();
            match (self.random.below(10), repeated) {
                (0, Some(id)) if can.dedupe == Dedupe::Retention => event.id = id,
                (1, _) if can.locate == Locate::Index => {
                    event.id = Uuid::from_u64_pair(self.random.next(), self.random.next());
                }
                _ => {}
            }
            batch.push((self.log()?, event));
        }
        // How long a repeated id is told after its entry was trimmed is the engine's: such repeats are left out.
        let mut kept = Vec::new();
        for (log, event) in batch {
            let safe = self.oracle.marks(log.clone()).await?.trimmed_through + 8;
            let located = self.oracle.locate(log.clone(), event.id).await?;
            let retained = matches!(located, Located::At(seq) if seq > safe);
            if retained || self.appended.insert((log.clone(), event.id)) {
                kept.push((log, event));
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        self.ids.extend(kept.iter().map(|(_, event)| event.id));
        let expected = self.oracle.append(kept.clone()).await?;
        let answered = self.subject()?.append(kept).await?;
        let place = |answers: &[Appended]| -> Vec<(Option<Seq>, u32, bool)> {
            let seq = |seq| can.contiguous_seq.then_some(seq);
            answers
                .iter()
                .map(|answer| (seq(answer.seq), answer.anchor, answer.duplicate))
                .collect()
        };
        ensure!(
            place(&answered) == place(&expected),
            "`append` answered {answered:?}; memory answers {expected:?}"
        );
        Ok(())
    }

    async fn read(&mut self) -> Held {
        let log = self.log()?;
        let head = self.oracle.marks(log.clone()).await?.head;
        let can = self.subject()?.capabilities();
        if !can.contiguous_seq {
            return Ok(());
        }
        let after = self.random.below(usize::try_from(head).unwrap_or(0) + 2) as u64;
        let limit = *self
            .random
            .pick(&[0, 1, 2, 10, 100, 5_000])
            .context("no limit")?;
        let max_bytes = *self.random.pick(&[1, 100, 1 << 20]).context("no limit")?;
        let answered = self
            .subject()?
            .read(log.clone(), after, limit, max_bytes)
            .await?;
        // With room for all: how many bytes make a page is the adapter's, within reason.
        let expected = self.oracle.read(log, after, usize::MAX, usize::MAX).await?;
        same_page(&expected, &answered, limit, can.links)
            .with_context(|| format!("read after {after}, {limit} entries, {max_bytes} bytes"))
    }

    async fn marks(&mut self) -> Held {
        let log = self.log()?;
        let expected = self.oracle.marks(log.clone()).await?;
        let can = self.subject()?.capabilities();
        let answered = self.subject()?.marks(log).await?;
        ensure!(
            !can.contiguous_seq
                || (answered.head == expected.head
                    && answered.trimmed_through == expected.trimmed_through),
            "the marks are {answered:?}; memory's are {expected:?}"
        );
        ensure!(
            !can.links || answered.head_anchor == expected.head_anchor,
            "the marks are {answered:?}; memory's are {expected:?}"
        );
        Ok(())
    }

    async fn locate(&mut self) -> Held {
        let can = self.subject()?.capabilities();
        let known = self.random.pick(&self.ids).copied();
        let (Some(id), true) = (known, can.locate != Locate::No && can.contiguous_seq) else {
            return Ok(());
        };
        let log = self.log()?;
        let expected = self.oracle.locate(log.clone(), id).await?;
        let answered = self.subject()?.locate(log, id).await?;
        // How long a trimmed id is remembered is the adapter's; where it stood is not.
        let forgotten = matches!(
            (expected, answered),
            (Located::Trimmed(_), Located::Unknown) | (Located::Unknown, Located::Trimmed(_))
        );
        ensure!(
            answered == expected || forgotten,
            "{id} is located {answered:?}; memory locates it {expected:?}"
        );
        Ok(())
    }

    async fn seek_time(&mut self) -> Held {
        let can = self.subject()?.capabilities();
        if !can.contiguous_seq || !can.history {
            return Ok(());
        }
        let back = self.random.below(90_000) as u64;
        let time = Timestamp::from_millis(self.maker.now().as_millis().saturating_sub(back));
        let log = self.log()?;
        let expected = self.oracle.seek_time(log.clone(), time).await?;
        let answered = self.subject()?.seek_time(log, time).await?;
        ensure!(
            answered == expected,
            "the place before {time} is {answered}; memory's is {expected}"
        );
        Ok(())
    }
}

fn same_page(expected: &Page, answered: &Page, limit: usize, links: bool) -> Held {
    let entries = answered.entries.len();
    ensure!(entries <= limit, "{entries} entries were read");
    ensure!(
        entries > 0 || limit == 0 || expected.entries.is_empty(),
        "nothing was read; memory has {} entries there",
        expected.entries.len()
    );
    let same = |(one, two): (&Entry, &Entry)| {
        (one.seq, one.id, &one.name, &one.body, one.time, one.anchor)
            == (two.seq, two.id, &two.name, &two.body, two.time, two.anchor)
            && (!links || one.link == two.link)
    };
    let differing = answered
        .entries
        .iter()
        .zip(&expected.entries)
        .find(|pair| !same(*pair));
    ensure!(
        differing.is_none() && entries <= expected.entries.len(),
        "{entries} entries were read, memory has {}; the first that differ: {differing:?}",
        expected.entries.len()
    );
    ensure!(
        answered.marks.head == expected.marks.head
            && answered.marks.trimmed_through == expected.marks.trimmed_through,
        "the page's marks are {:?}; memory's are {:?}",
        answered.marks,
        expected.marks
    );
    Ok(())
}
