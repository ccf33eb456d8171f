//! Every log that somebody reads on this server, each fed once.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    adapter::{DynAdapter, LogId},
    feeder::Feeder,
    log::{Attached, Log},
    ring::RingBudget,
};
use crate::words::{
    clock::IdSource,
    error::{Error, ErrorKind, Result},
};

/// How long a first subscriber waits for the engine to confirm the feed.
const ATTACH_TIMEOUT: Duration = Duration::from_secs(5);

/// Every log that somebody reads on this server.
pub(crate) struct Hub {
    adapter: Arc<dyn DynAdapter>,
    ids: Arc<dyn IdSource>,
    budget: Arc<RingBudget>,
    // A std mutex: it is held for a look-up or an insert, never across an await.
    logs: Mutex<HashMap<LogId, Arc<Log>>>,
    tasks: TaskTracker,
    stopped: CancellationToken,
}

impl Hub {
    pub(crate) fn new(adapter: Arc<dyn DynAdapter>, ids: Arc<dyn IdSource>) -> Arc<Self> {
        let budget = Arc::new(RingBudget::default());
        Arc::new(Self {
            adapter,
            ids,
            budget,
            logs: Mutex::default(),
            tasks: TaskTracker::new(),
            stopped: CancellationToken::new(),
        })
    }

    pub(crate) fn adapter(&self) -> &Arc<dyn DynAdapter> {
        &self.adapter
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LogId, Arc<Log>>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Attaches a subscription to a log, which is fed from then on.
    ///
    /// # Errors
    ///
    /// `SERVICE_UNAVAILABLE` if the engine did not confirm the feed within five seconds.
    pub(crate) async fn attach(self: &Arc<Self>, id: &LogId) -> Result<Attached> {
        let attached = self.attach_or_start(id);
        match tokio::time::timeout(ATTACH_TIMEOUT, attached.live()).await {
            Ok(live) => live.map(|()| attached),
            Err(_) => Err(Error::new(
                ErrorKind::Unavailable,
                "the event log cannot be read at the moment",
            )),
        }
    }

    fn attach_or_start(self: &Arc<Self>, id: &LogId) -> Attached {
        let mut logs = self.lock();
        if let Some(log) = logs.get(id) {
            return Attached::new(Arc::clone(log));
        }
        let log = Arc::new(Log::new(
            id.clone(),
            Arc::clone(&self.adapter),
            Arc::clone(&self.budget),
        ));
        logs.insert(id.clone(), Arc::clone(&log));
        let attached = Attached::new(Arc::clone(&log));
        let (hub, stopped) = (Arc::clone(self), self.stopped.clone());
        let feeder = Feeder::new(log, Arc::clone(&self.ids));
        self.tasks
            .spawn(async move { feeder.run(&hub, stopped).await });
        attached
    }

    /// Forgets a log if nobody reads it; new subscribers then start it anew.
    pub(super) fn release(&self, log: &Arc<Log>) -> bool {
        let mut logs = self.lock();
        let unused = log.subscribers() == 0;
        if unused {
            logs.remove(log.id());
        }
        unused
    }

    /// Ends the feeders and waits for them.
    pub(crate) async fn stop(&self) {
        self.stopped.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("adapter", &self.adapter.name())
            .field("logs", &self.lock().len())
            .finish_non_exhaustive()
    }
}
