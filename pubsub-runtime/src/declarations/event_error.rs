//! Errors an action may show its caller.

use std::{convert::Infallible, error::Error as StdError, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::event::SchemaBound;
#[cfg(feature = "server")]
use crate::words::error::Error;
use crate::words::error::ErrorKind;

/// An error that an action may show its caller; `#[derive(EventError)]` implements it.
///
/// On the wire the variants that are not `internal` stand under `error.data.event`:
///
/// ```json
/// {"type": "sold_out"}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event error: its text would reach clients",
    label = "not an event error",
    note = "derive `EventError` on an enum, and wrap this in a variant marked `#[event_error(internal)]`"
)]
pub trait EventError: StdError + Send + Sync + Sized + 'static {
    /// What clients see of it: the variants that are not `internal`.
    #[doc(hidden)]
    type Wire: Serialize + DeserializeOwned + SchemaBound + Into<Self> + Send;

    /// Whether clients can see any of it: false if every variant is internal, or if it cannot happen.
    #[doc(hidden)]
    const VISIBLE: bool;

    /// What clients see of this error; `None` if it is internal, which clients see as a plain internal server error.
    #[doc(hidden)]
    fn to_wire(&self) -> Option<Self::Wire>;

    /// The code of this error.
    fn kind(&self) -> ErrorKind;

    /// How long the caller should wait before it tries again.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// The wire form of an error that cannot happen.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "registry", derive(schemars::JsonSchema))]
pub enum Never {}

impl From<Never> for Infallible {
    fn from(never: Never) -> Self {
        match never {}
    }
}

impl EventError for Infallible {
    type Wire = Never;
    const VISIBLE: bool = false;

    fn to_wire(&self) -> Option<Never> {
        match *self {}
    }

    fn kind(&self) -> ErrorKind {
        match *self {}
    }
}

/// What clients may see of an action's error; the rest becomes the source, for logs.
#[cfg(feature = "server")]
pub(super) fn to_public<E: EventError>(error: E, name: &'static str) -> Error {
    let Some(wire) = error.to_wire() else {
        return Error::internal(Internal {
            name,
            source: Box::new(error),
        });
    };
    let message = error.to_string();
    let kind = error.kind();
    match super::refusal::encode(&wire) {
        Ok(event) => {
            with_retry_after(Error::new(kind, message), error.retry_after()).with_event(event)
        }
        Err(refusal) => refusal.into_internal("the error of ", name),
    }
}

#[cfg(feature = "server")]
fn with_retry_after(error: Error, retry_after: Option<Duration>) -> Error {
    match retry_after {
        Some(after) => error.with_retry_after(after),
        None => error,
    }
}

#[cfg(feature = "server")]
#[derive(Debug, thiserror::Error)]
#[error("action `{name}` failed")]
struct Internal {
    name: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}
