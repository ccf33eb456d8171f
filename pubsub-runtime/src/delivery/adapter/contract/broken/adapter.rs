//! Memory, with one fault put in.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering as Atomic},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{
    super::super::{
        Adapter, Appended, Capabilities, ChannelSpec, Durability, Entry, Feed, Health, Locate,
        Located, LogId, Marks, Memory, NewEvent, Page, Seq, anchor,
    },
    Fault, feeds, too_large,
};
use crate::words::{
    envelope::Timestamp,
    error::{Error, ErrorKind, Result},
};

/// The most bytes of a body: more than the behaviours use but for this limit.
const MOST: usize = 2 << 20;

pub(super) struct Broken {
    pub(super) fault: Fault,
    pub(super) inner: Arc<Memory>,
    pub(super) state: Arc<State>,
}

/// What the faults remember.
#[derive(Default)]
pub(super) struct State {
    appends: AtomicU64,
    used: AtomicBool,
    opened: Mutex<Vec<LogId>>,
    places: Mutex<HashMap<Uuid, (LogId, Appended)>>,
    uncommitted: Mutex<HashSet<Uuid>>,
    pub(super) announced: Mutex<HashSet<Uuid>>,
    pub(super) feeds: AtomicUsize,
    pub(super) unpolled: AtomicUsize,
    pub(super) ended: Arc<Notify>,
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Broken").field(&self.fault).finish()
    }
}

impl Broken {
    /// The log as the engine knows it.
    fn log(&self, log: LogId) -> LogId {
        match self.fault {
            Fault::IgnoresCase => LogId {
                channel: log.channel.to_lowercase().into(),
                ..log
            },
            _ => log,
        }
    }

    fn seen_marks(&self, marks: Marks) -> Marks {
        let trimmed = marks.trimmed_through;
        match self.fault {
            Fault::TrimMarkTooLow => Marks {
                trimmed_through: trimmed.saturating_sub(1),
                ..marks
            },
            Fault::TrimMarkTooHigh if trimmed > 0 => Marks {
                trimmed_through: (trimmed + 1).min(marks.head),
                ..marks
            },
            Fault::ForgetsTheHead if trimmed == marks.head => Marks {
                head: 0,
                head_anchor: Some(0),
                trimmed_through: 0,
                ..marks
            },
            _ => marks,
        }
    }

    fn is_seen(&self, entry: &Entry) -> bool {
        match self.fault {
            Fault::SkipsInPages => !entry.seq.is_multiple_of(50),
            Fault::CommitsOutOfOrder => !locked(&self.state.uncommitted).contains(&entry.id),
            _ => true,
        }
    }

    async fn append_one(&self, log: LogId, event: NewEvent) -> Result<Appended> {
        let appended = self.inner.append(vec![(log, event)]).await?;
        let first = appended.into_iter().next();
        first.ok_or_else(|| Error::internal("memory answered nothing"))
    }

    /// What an append at the head will answer.
    async fn foreseen(&self, log: &LogId, id: Uuid) -> Result<Appended> {
        let marks = self.inner.marks(log.clone()).await?;
        Ok(Appended {
            epoch: marks.epoch,
            seq: marks.head + 1,
            anchor: anchor(id),
            duplicate: false,
        })
    }

    async fn before_append(&self) {
        let state = &self.state;
        match self.fault {
            Fault::BlocksItsThread => std::thread::sleep(Duration::from_millis(15)),
            Fault::SlowsWithFeeds if state.feeds.load(Atomic::SeqCst) > 0 => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Fault::WaitsForFeeds => {
                while state.unpolled.load(Atomic::SeqCst) > 0 {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            _ => {}
        }
    }

    /// Appends of one event, for the faults that concern them; `None` for all others.
    async fn append_alone(&self, log: &LogId, event: &NewEvent) -> Option<Result<Appended>> {
        let count = self.state.appends.fetch_add(1, Atomic::SeqCst);
        match self.fault {
            Fault::DropsEachThousandth if count % 1_000 == 999 => {
                Some(self.foreseen(log, event.id).await)
            }
            Fault::AcknowledgesEarly => {
                let answer = self.foreseen(log, event.id).await;
                let (inner, batch) = (self.inner.clone(), vec![(log.clone(), event.clone())]);
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    inner.append(batch).await
                });
                Some(answer)
            }
            Fault::SharesIds => {
                let known = locked(&self.state.places).get(&event.id).cloned();
                let (_, place) = known.filter(|(first, _)| first != log)?;
                Some(Ok(Appended {
                    duplicate: true,
                    ..place
                }))
            }
            _ => None,
        }
    }

    async fn append_batch(&self, mut batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        match self.fault {
            Fault::SplitsBatches | Fault::SharesIds => {
                let mut answers = Vec::new();
                for (log, event) in batch {
                    let answer = match self.append_alone(&log, &event).await {
                        Some(answer) => answer?,
                        None => self.append_one(log.clone(), event.clone()).await?,
                    };
                    locked(&self.state.places)
                        .entry(event.id)
                        .or_insert((log, answer));
                    answers.push(answer);
                    tokio::task::yield_now().await;
                }
                Ok(answers)
            }
            Fault::ReversesBatches => {
                batch.reverse();
                let mut answers = self.inner.append(batch).await?;
                answers.reverse();
                Ok(answers)
            }
            Fault::CommitsOutOfOrder => {
                let ids: Vec<_> = batch.iter().map(|(_, event)| event.id).collect();
                let late = self.state.appends.load(Atomic::SeqCst).is_multiple_of(3);
                if late {
                    locked(&self.state.uncommitted).extend(&ids);
                }
                let answers = self.inner.append(batch).await;
                if late {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    locked(&self.state.uncommitted).clear();
                }
                answers
            }
            Fault::AnnouncesLast => {
                let ids: Vec<_> = batch.iter().map(|(_, event)| event.id).collect();
                let answers = self.inner.append(batch).await;
                tokio::task::yield_now().await;
                locked(&self.state.announced).extend(&ids);
                answers
            }
            Fault::EncodesBodies => {
                for (_, event) in &mut batch {
                    let value: Option<serde_json::Value> = serde_json::from_slice(&event.body).ok();
                    if let Some(text) = value.map(|value| value.to_string()) {
                        event.body = Bytes::from(text);
                    }
                }
                self.inner.append(batch).await
            }
            _ => self.inner.append(batch).await,
        }
    }
}

impl Adapter for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn capabilities(&self) -> Capabilities {
        let used = self.state.used.load(Atomic::SeqCst);
        Capabilities {
            // Kept here, over the restart of a fixture.
            survives_restart: self.fault != Fault::RestartsPositions,
            durability: Durability::ProcessCrash,
            transactional: true,
            max_event_bytes: Some(MOST),
            locate: match self.fault {
                Fault::AnswersUnpromised => Locate::No,
                _ => Locate::Index,
            },
            cross_node: self.fault == Fault::ChangesItsPromises && used,
            ..self.inner.capabilities()
        }
    }

    async fn open(&self, mut spec: ChannelSpec) -> Result<Vec<LogId>> {
        let logs = spec.logs();
        spec.channel = logs
            .first()
            .map_or(spec.channel.clone(), |log| self.log(log.clone()).channel);
        if self.fault == Fault::KeepsTooLittle {
            spec.max_events -= 1;
            spec.max_bytes /= 2;
        }
        let again = logs
            .iter()
            .all(|log| locked(&self.state.opened).contains(log));
        match self.fault {
            Fault::IgnoresReopening if again => return Ok(logs),
            Fault::RefusesReopening if again => {
                return Err(Error::new(ErrorKind::Conflict, "the channel is open"));
            }
            _ => {}
        }
        self.inner.open(spec).await?;
        locked(&self.state.opened).extend(logs.iter().cloned());
        Ok(logs)
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        self.state.used.store(true, Atomic::SeqCst);
        self.before_append().await;
        let large = batch.iter().any(|(_, event)| event.body.len() > MOST);
        if large && self.fault != Fault::TakesTooLarge && self.fault != Fault::SplitsBatches {
            return Err(too_large(MOST));
        }
        let batch: Vec<_> = batch
            .into_iter()
            .map(|(log, event)| (self.log(log), event))
            .collect();
        if let [(log, event)] = batch.as_slice()
            && let Some(answer) = self.append_alone(log, event).await
        {
            return Ok(vec![answer?]);
        }
        let mut answers = self.append_batch(batch).await?;
        for answer in &mut answers {
            match self.fault {
                Fault::CallsRepeatsNew => answer.duplicate = false,
                Fault::AnswersTheNextPlace => answer.seq += 1,
                _ => {}
            }
        }
        Ok(answers)
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        let mut log = self.log(log);
        if self.fault == Fault::FeedsTheFirstLog
            && let Some(first) = locked(&self.state.opened).first()
        {
            log = first.clone();
        }
        feeds::feed(self, log).await
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        let log = self.log(log);
        let marks_before = self.inner.marks(log.clone()).await?;
        if self.fault == Fault::ReadsMarksFirst {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut page = self.inner.read(log, after, limit, max_bytes).await?;
        if self.fault == Fault::ReadsMarksFirst {
            page.marks = marks_before;
        }
        page.marks = self.seen_marks(page.marks);
        page.entries.retain(|entry| self.is_seen(entry));
        for entry in &mut page.entries {
            feeds::disguise(self.fault, entry);
        }
        let first = page.entries.first();
        if self.fault == Fault::EndsPagesEarly
            && first.is_some_and(|first| first.body.len() > max_bytes)
        {
            page.entries.clear();
        }
        Ok(page)
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        let marks = self.inner.marks(self.log(log)).await?;
        Ok(self.seen_marks(marks))
    }

    async fn locate(&self, log: LogId, id: Uuid) -> Result<Located> {
        let log = self.log(log);
        let located = self.inner.locate(log.clone(), id).await?;
        if self.fault == Fault::GuessesPlaces && located == Located::Unknown {
            return Ok(Located::At(self.inner.marks(log).await?.head));
        }
        Ok(located)
    }

    async fn seek_time(&self, log: LogId, time: Timestamp) -> Result<Seq> {
        let place = self.inner.seek_time(self.log(log), time).await?;
        Ok(place + Seq::from(self.fault == Fault::SeeksOneTooFar))
    }

    async fn health(&self) -> Health {
        let health = self.inner.health().await;
        Health {
            ready: health.ready && self.fault != Fault::NeverReady,
            ..health
        }
    }

    async fn shutdown(&self, deadline: Duration) -> Result<()> {
        match self.fault {
            Fault::GoesOnAfterShutdown => Ok(()),
            _ => self.inner.shutdown(deadline).await,
        }
    }
}
