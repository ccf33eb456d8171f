//! What every operation works with.

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::{Instant, timeout};

use super::{actions::ActionRuntime, table::Table, turns::Turns};
use crate::{
    delivery::{closing::Closing, consumer::Consumers, hub::Hub},
    services::service::Services,
    words::{
        clock::{Clock, IdSource},
        error::Result,
    },
};

/// What an adapter is given to end, however late it is.
const MIN_SHUTDOWN: Duration = Duration::from_secs(1);

/// What every operation works with; one per server.
pub(crate) struct Core {
    pub(crate) table: Table,
    pub(crate) hub: Arc<Hub>,
    pub(crate) services: Arc<Services>,
    pub(crate) actions: ActionRuntime,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) ping_interval: Duration,
    pub(crate) consumers: Arc<Consumers>,
    /// Subscriptions are opened by turns.
    pub(crate) turns: Turns,
    /// Tells streams to end, so that their clients move to another server.
    pub(crate) closing: Closing,
}

impl Core {
    /// Waits for the actions under way, then ends the feeders and the adapter, within `deadline`; the adapter is given a second at
    /// least.
    pub(crate) async fn stop(&self, deadline: Duration) -> Result<()> {
        let started = Instant::now();
        if timeout(deadline, self.actions.drain()).await.is_err() {
            tracing::warn!("leaving actions that did not end in time");
        }
        self.consumers
            .stop(deadline.saturating_sub(started.elapsed()))
            .await;
        self.hub.stop().await;
        let rest = deadline.saturating_sub(started.elapsed());
        self.hub.adapter().shutdown(rest.max(MIN_SHUTDOWN)).await
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("hub", &self.hub)
            .field("services", &self.services)
            .finish_non_exhaustive()
    }
}
