//! Where actions run: on threads of their own, so that one that blocks cannot stall streams.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
};

use crate::words::error::{Error, ErrorKind, Result};

/// Runs actions apart from the tasks that serve connections.
pub(crate) struct ActionRuntime {
    /// Taken on drop only.
    runtime: Option<Runtime>,
    in_flight: Arc<Semaphore>,
}

impl ActionRuntime {
    /// A runtime with this many threads, that runs at most `max_in_flight` actions at a time.
    pub(crate) fn new(threads: usize, max_in_flight: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("pubsub-action")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
            in_flight: Arc::new(Semaphore::new(max_in_flight)),
        })
    }

    /// Runs `work` to its end, even if the caller stops waiting: what an action did is published, or not done.
    ///
    /// # Errors
    ///
    /// What `work` answers; `SERVICE_UNAVAILABLE` if too many are under way; `INTERNAL_SERVER_ERROR` if it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let Some(runtime) = &self.runtime else {
            return Err(Error::new(
                ErrorKind::Unavailable,
                "the server is shutting down",
            ));
        };
        let Ok(permit) = Arc::clone(&self.in_flight).try_acquire_owned() else {
            let busy = Error::new(
                ErrorKind::Unavailable,
                "too many actions are under way; try again later",
            );
            return Err(busy.with_retry_after(Duration::from_secs(1)));
        };
        let task = runtime.spawn(async move {
            let result = work.await;
            drop(permit);
            result
        });
        match task.await {
            Ok(result) => result,
            Err(join) if join.is_panic() => Err(Error::internal(format!(
                "an action panicked: {}",
                panic_text(join)
            ))),
            Err(_) => Err(Error::new(
                ErrorKind::Unavailable,
                "the server is shutting down",
            )),
        }
    }
}

fn panic_text(join: tokio::task::JoinError) -> String {
    let payload = match join.try_into_panic() {
        Ok(payload) => payload,
        Err(join) => return join.to_string(),
    };
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

impl Drop for ActionRuntime {
    fn drop(&mut self) {
        // A runtime may not be dropped where it would block, and this may be dropped on any task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for ActionRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionRuntime")
            .field("free", &self.in_flight.available_permits())
            .finish_non_exhaustive()
    }
}
