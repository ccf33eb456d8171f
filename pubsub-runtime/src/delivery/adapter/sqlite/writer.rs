//! The one thread that writes: it joins what waits into one commit, and trims between commits.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use super::{
    super::{Appended, NewEvent},
    Shared,
    error::{Failure, closed, unavailable},
    transaction::{Group, KnownLog, SqliteTx},
    trim::Trimmer,
};
use crate::words::error::{Error, ErrorKind, Result};

/// What may wait for the writer, in units: one an event and one for 8 KiB of bodies. Also the length of the queue.
const QUEUE_UNITS: usize = 8_192;
const UNIT_BYTES: usize = 8_192;
/// A commit is due at this many events, or this long after its first.
const MAX_GROUP: usize = 512;
const MAX_GROUP_TIME: Duration = Duration::from_millis(2);

/// The way to the writer; it holds a limited number of jobs.
#[derive(Debug)]
pub(super) struct Queue {
    units: Arc<Semaphore>,
    // A std mutex: it is held to push, which never waits, as each job holds units.
    sender: Mutex<Option<SyncSender<Job>>>,
    ended: watch::Receiver<bool>,
}

/// What the writer is asked to do.
pub(super) struct Job {
    work: Work,
    _units: OwnedSemaphorePermit,
}

enum Work {
    Append {
        batch: Vec<(Arc<KnownLog>, NewEvent)>,
        answer: oneshot::Sender<Result<Vec<Appended>>>,
        appended: Vec<Appended>,
        /// Why it was undone alone, in a transaction that was committed.
        failed: Option<Failure>,
    },
    Run(Box<dyn Task>),
}

/// Work of any kind that is done in the writer's transaction.
trait Task: Send {
    /// Does it once; an error undoes what it wrote, and nothing else.
    fn run(&mut self, tx: &SqliteTx<'_>) -> std::result::Result<(), Undo>;

    /// Hears whether the transaction was committed.
    fn finish(self: Box<Self>, committed: std::result::Result<(), Failure>);
}

struct Undo;

struct Closure<F, T, E> {
    run: Option<F>,
    value: Option<Outcome<T, E>>,
    answer: oneshot::Sender<Outcome<T, E>>,
}

/// What the function answered, or why its answer does not count; whoever asked makes an error of the application of that.
type Outcome<T, E> = std::result::Result<std::result::Result<T, E>, Error>;

impl<F, T, E> Task for Closure<F, T, E>
where
    F: FnOnce(&SqliteTx<'_>) -> std::result::Result<T, E> + Send,
    T: Send,
    E: Send,
{
    fn run(&mut self, tx: &SqliteTx<'_>) -> std::result::Result<(), Undo> {
        let Some(run) = self.run.take() else {
            return Err(Undo);
        };
        let value = catch_unwind(AssertUnwindSafe(|| run(tx)))
            .map_err(|_| Error::internal("a transaction panicked"));
        let undo = !matches!(value, Ok(Ok(_)));
        self.value = Some(value);
        if undo { Err(Undo) } else { Ok(()) }
    }

    fn finish(self: Box<Self>, committed: std::result::Result<(), Failure>) {
        let value = match (self.value, committed) {
            (Some(undone @ (Err(_) | Ok(Err(_)))), _) => undone,
            (Some(done), Ok(())) => done,
            (_, Err(failure)) => Err(failure.to_error()),
            (None, Ok(())) => Err(Error::internal("a transaction was not run")),
        };
        // Whoever asked may have gone.
        drop(self.answer.send(value));
    }
}

impl Queue {
    /// Starts the writer on its connection.
    pub(super) fn start(connection: Connection, shared: Arc<Shared>) -> Result<Self> {
        let (sender, jobs) = sync_channel(QUEUE_UNITS);
        let (end, ended) = watch::channel(false);
        let writer = Writer {
            connection,
            shared,
            jobs,
            trimmer: Trimmer::default(),
        };
        std::thread::Builder::new()
            .name("pubsub-sqlite".to_owned())
            .spawn(move || {
                writer.run();
                end.send_replace(true);
            })
            .map_err(|error| unavailable(error.to_string()))?;
        Ok(Self {
            units: Arc::new(Semaphore::new(QUEUE_UNITS)),
            sender: Mutex::new(Some(sender)),
            ended,
        })
    }

    async fn push(&self, work: Work, units: usize) -> Result<()> {
        let units = u32::try_from(units.clamp(1, QUEUE_UNITS)).unwrap_or(1);
        let units = Arc::clone(&self.units).acquire_many_owned(units);
        let job = Job {
            work,
            _units: units.await.map_err(|_| closed())?,
        };
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.as_ref().ok_or_else(closed)?;
        sender
            .try_send(job)
            .map_err(|_| unavailable("the writer's thread has ended"))
    }

    pub(super) async fn append(
        &self,
        batch: Vec<(Arc<KnownLog>, NewEvent)>,
    ) -> Result<Vec<Appended>> {
        let bytes: usize = batch.iter().map(|(_, event)| event.body.len()).sum();
        let units = batch.len() + bytes / UNIT_BYTES;
        let (answer, answered) = oneshot::channel();
        let work = Work::Append {
            batch,
            answer,
            appended: Vec::new(),
            failed: None,
        };
        self.push(work, units).await?;
        answered.await.map_err(|_| unanswered())?
    }

    pub(super) async fn run<T, E, F>(&self, run: F) -> std::result::Result<T, E>
    where
        F: FnOnce(&SqliteTx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let task = Closure {
            run: Some(run),
            value: None,
            answer,
        };
        self.push(Work::Run(Box::new(task)), 1).await?;
        answered.await.map_err(|_| unanswered())??
    }

    /// Takes no more jobs; the writer ends after those it has.
    pub(super) fn close(&self) {
        self.units.close();
        drop(
            self.sender
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    /// Resolves when the writer has ended.
    pub(super) async fn ended(&self) {
        let mut ended = self.ended.clone();
        // An error means that the thread is gone, which is what is waited for.
        drop(ended.wait_for(|ended| *ended).await);
    }

    pub(super) fn has_ended(&self) -> bool {
        *self.ended.borrow() || self.ended.has_changed().is_err()
    }
}

fn unanswered() -> Error {
    Failure::new(ErrorKind::GatewayTimeout, "the writer's thread ended").to_error()
}

struct Writer {
    connection: Connection,
    shared: Arc<Shared>,
    jobs: Receiver<Job>,
    trimmer: Trimmer,
}

impl Writer {
    fn run(mut self) {
        loop {
            match self.jobs.recv_timeout(self.trimmer.until_due()) {
                Ok(first) => {
                    self.commit(vec![first], true);
                }
                Err(RecvTimeoutError::Timeout) => self.probe(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.trimmer.step(&mut self.connection, &self.shared);
        }
        self.shared.feeds.close();
        let checkpoint = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
        if let Err(error) = checkpoint {
            tracing::warn!(error = %error, "the write-ahead log of the event file was not copied back; it is at the next start");
        }
    }

    /// After a failure, sees whether writing works again.
    fn probe(&mut self) {
        let Some(failure) = self.shared.last_failure() else {
            return;
        };
        if failure.kind == ErrorKind::StorageFull {
            // Copied back, the write-ahead log gives its own room free; whether that works is seen by what follows.
            drop(
                self.connection
                    .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())),
            );
        }
        let wrote = self.connection.execute(
            "UPDATE pubsub_logs SET head = head WHERE no = (SELECT min(no) FROM pubsub_logs)",
            (),
        );
        let wrote = wrote
            .map_err(Error::from)
            .and_then(|_| self.shared.file.check());
        self.shared.note(wrote.err().as_ref().map(Failure::from));
    }

    /// Runs jobs in one transaction, and more of them if `more` wait, and tells each how it ended.
    fn commit(&mut self, mut jobs: Vec<Job>, more: bool) {
        let (ran, jobs) = match self.connection.execute_batch("BEGIN IMMEDIATE") {
            Ok(()) => {
                let ran = self.run_group(&mut jobs, more);
                if ran.is_err() && !self.connection.is_autocommit() {
                    drop(self.connection.execute_batch("ROLLBACK"));
                }
                (ran, jobs)
            }
            Err(error) => {
                // Another process holds the file: everybody who waits hears it now, instead of waiting as long once more each.
                if more {
                    jobs.extend(self.jobs.try_iter().take(QUEUE_UNITS));
                }
                (Err((Failure::from(&Error::from(error)), false)), jobs)
            }
        };
        match ran {
            Ok(group) => {
                for (log, touched) in group {
                    if touched.row.head != touched.before {
                        self.shared.feeds.announce(
                            log,
                            touched.before,
                            &touched.row,
                            &touched.entries,
                        );
                    }
                }
                self.end(jobs, &Ok(()));
            }
            // Nothing was written, and not all are to blame: appends are tried alone. A function cannot be run again.
            Err((failure, true)) if jobs.len() > 1 && jobs.iter().any(Job::is_append) => {
                tracing::warn!(
                    detail = failure.detail,
                    "a commit failed; its events are stored one by one"
                );
                let (appends, functions): (Vec<_>, Vec<_>) =
                    jobs.into_iter().partition(Job::is_append);
                let failure = failure.shared_by(functions.len());
                self.end(functions, &Err(failure));
                for job in appends {
                    self.commit(vec![job], false);
                }
            }
            Err((failure, _)) => {
                let failure = failure.shared_by(jobs.len());
                self.end(jobs, &Err(failure));
            }
        }
    }

    /// Tells everybody how it ended; health knows before they do.
    fn end(&self, jobs: Vec<Job>, committed: &std::result::Result<(), Failure>) {
        self.shared.note(committed.as_ref().err().cloned());
        for job in jobs {
            // Values of the application are dropped here, and may panic.
            if catch_unwind(AssertUnwindSafe(|| job.finish(committed))).is_err() {
                tracing::error!("dropping what a transaction held panicked");
            }
        }
    }

    /// The inside of a transaction, and its commit. An error says whether it may be tried again with fewer jobs.
    fn run_group(
        &mut self,
        jobs: &mut Vec<Job>,
        more: bool,
    ) -> std::result::Result<Group, (Failure, bool)> {
        let started = Instant::now();
        let tx = SqliteTx::of_writer(&self.connection, &self.shared);
        let again = |error: Error| (Failure::from(&error), true);
        let mut events = 0;
        let mut next = 0;
        let mut can_repeat = true;
        while let Some(job) = jobs.get_mut(next) {
            events += job.run(&tx, can_repeat).map_err(again)?;
            can_repeat &= job.is_append();
            if self.connection.is_autocommit() {
                let failure = Failure::new(
                    ErrorKind::GatewayTimeout,
                    "the transaction was ended from within",
                );
                return Err((failure, false));
            }
            next += 1;
            if more
                && next == jobs.len()
                && events < MAX_GROUP
                && started.elapsed() < MAX_GROUP_TIME
            {
                match self.jobs.try_recv() {
                    Ok(job) => jobs.push(job),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
                }
            }
        }
        let group = tx.finish().map_err(again)?;
        if let Err(error) = self.connection.execute_batch("COMMIT") {
            let failure = Failure::of_commit(&error);
            let may_repeat = failure.kind == ErrorKind::Conflict;
            return Err((failure, may_repeat));
        }
        self.shared
            .file
            .check()
            .map_err(|error| (Failure::from(&error), false))?;
        Ok(group)
    }
}

impl Job {
    fn is_append(&self) -> bool {
        matches!(self.work, Work::Append { .. })
    }

    /// Does the job within a transaction; answers how many events it may have appended.
    ///
    /// An append that fails fails the transaction if that `can_repeat`; else it is undone alone.
    fn run(&mut self, tx: &SqliteTx<'_>, can_repeat: bool) -> Result<usize> {
        match &mut self.work {
            Work::Append {
                batch,
                appended,
                failed,
                ..
            } => {
                appended.clear();
                let mut append = || -> Result<()> {
                    for (log, event) in &*batch {
                        appended.push(tx.append_to(log.no, event)?);
                    }
                    Ok(())
                };
                if can_repeat {
                    append()?;
                    return Ok(batch.len());
                }
                let mark = tx.mark();
                tx.execute_batch("SAVEPOINT pubsub_append")?;
                match append() {
                    Ok(()) => tx.execute_batch("RELEASE pubsub_append")?,
                    // The whole transaction is gone.
                    Err(error) if tx.is_autocommit() => return Err(error),
                    Err(error) => {
                        tx.execute_batch("ROLLBACK TO pubsub_append; RELEASE pubsub_append")?;
                        tx.back_to(&mark);
                        let failure = Failure::from(&error);
                        tracing::warn!(kind = ?failure.kind, detail = failure.detail, "an append failed");
                        *failed = Some(failure);
                    }
                }
                Ok(batch.len())
            }
            Work::Run(task) => {
                // Written first: were the function to end the transaction, the logs would be whole.
                tx.store()?;
                let mark = tx.mark();
                tx.execute_batch("SAVEPOINT pubsub_task")?;
                let done = task.run(tx);
                let end = if done.is_ok() {
                    "RELEASE pubsub_task"
                } else {
                    tx.back_to(&mark);
                    "ROLLBACK TO pubsub_task; RELEASE pubsub_task"
                };
                // SQLite itself has ended the transaction if the disk is full; the caller notices.
                if !tx.is_autocommit() {
                    tx.execute_batch(end)?;
                }
                Ok(1)
            }
        }
    }

    fn finish(self, committed: &std::result::Result<(), Failure>) {
        match self.work {
            Work::Append {
                answer,
                appended,
                failed,
                ..
            } => {
                let answered = match (committed, failed) {
                    (Ok(()), None) => Ok(appended),
                    (Ok(()), Some(failure)) => Err(failure.to_error()),
                    (Err(failure), _) => Err(failure.to_error()),
                };
                // Whoever asked may have gone.
                drop(answer.send(answered));
            }
            Work::Run(task) => task.finish(committed.clone()),
        }
    }
}
