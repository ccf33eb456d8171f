//! Publishing from the server itself, outside an action.

use std::{fmt, sync::Arc};

use crate::{
    declarations::{event::Event, refusal::encode},
    ops::Core,
    services::emit::{Cause, Emitted},
    words::error::Result,
};

/// Publishes server-sent events from anywhere in the application: a timer, a queue, another route.
///
/// Cloning is cheap.
#[derive(Clone)]
pub struct Publisher(Arc<Core>);

impl Publisher {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self(core)
    }

    /// Publishes one event and answers with the cursor token right after it, once it is acknowledged.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unwritable`](crate::ErrorKind::Unwritable) if the payload cannot be written as JSON, or holds an integer beyond
    /// ±(2^53 − 1), a NaN or an infinity, which JavaScript would read as something else; `NOT_FOUND` if the server's registry does not
    /// declare the event, and what the adapter says.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the event may have been published or not.
    pub async fn publish<E: Event>(&self, event: E) -> Result<Option<String>> {
        self.0
            .publish_from_server(emitted(&event)?, &Cause::default())
            .await
    }

    /// Makes an event ready for a transaction of the application: its id and its timestamp are given now, and it is published when the
    /// transaction is committed. See [`Sqlite::transact`](crate::adapter::Sqlite::transact).
    ///
    /// # Errors
    ///
    /// As [`Publisher::publish`], apart from what the adapter says.
    #[cfg(feature = "sqlite")]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "an event is handed over, as to `publish`"
    )]
    pub fn prepare<E: Event>(&self, event: E) -> Result<crate::adapter::Prepared> {
        let (log, event) = self.0.prepare(emitted(&event)?, &Cause::default())?;
        Ok(crate::adapter::Prepared::new(log, event))
    }
}

fn emitted<E: Event>(event: &E) -> Result<Emitted> {
    let payload = encode(event).map_err(|refusal| refusal.into_error("", E::NAME))?;
    Ok(Emitted {
        name: E::NAME,
        channel: E::CHANNEL,
        version: E::VERSION,
        payload,
    })
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher")
    }
}
