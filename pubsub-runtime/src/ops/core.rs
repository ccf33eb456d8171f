//! What every operation works with.

use std::{fmt, sync::Arc, time::Duration};

use super::{actions::ActionRuntime, table::Table};
use crate::{
    delivery::{closing::Closing, hub::Hub},
    services::service::Services,
    words::{
        clock::{Clock, IdSource},
        error::Result,
    },
};

/// What every operation works with; one per server.
pub(crate) struct Core {
    pub(crate) table: Table,
    pub(crate) hub: Arc<Hub>,
    pub(crate) services: Arc<Services>,
    pub(crate) actions: ActionRuntime,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) ping_interval: Duration,
    /// Tells streams to end, so that their clients move to another server.
    pub(crate) closing: Closing,
}

impl Core {
    /// Ends the feeders, then the adapter, within `deadline`.
    pub(crate) async fn stop(&self, deadline: Duration) -> Result<()> {
        self.hub.stop().await;
        self.hub.adapter().shutdown(deadline).await
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
