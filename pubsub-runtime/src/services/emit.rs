//! What an action publishes besides its reply.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use serde_json::value::RawValue;

use crate::words::{envelope::Hidden, error::Result};

/// An event that an action emitted, ready to be published.
#[derive(Clone)]
pub struct Emitted {
    /// The full name.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// The version of its declaration.
    pub version: u32,
    /// The payload, as serde wrote it.
    pub payload: Box<RawValue>,
}

impl fmt::Debug for Emitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitted")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("payload", &Hidden)
            .finish_non_exhaustive()
    }
}

/// The port through which `emit_now` publishes; the operations implement it.
pub(crate) trait Publish: Send + Sync {
    /// Appends one event and answers once it is acknowledged.
    fn publish(
        &self,
        event: Emitted,
        cause: &Cause,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>>;
}

/// What led to an event: it becomes part of the envelope's `meta`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cause {
    /// The request.
    pub request_id: Arc<str>,
    /// The id the sender gave.
    pub client_event_id: Option<String>,
}

/// Marks the payload types that an action may emit; `emits(…)` implements it.
#[diagnostic::on_unimplemented(
    message = "`{E}` does not declare that it emits `{Self}`; an action adds it to `emits(…)`, a snapshot emits nothing",
    label = "not in `emits(…)`"
)]
#[doc(hidden)]
pub trait EmittedBy<E> {}
