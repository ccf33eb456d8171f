//! The events that an action emitted, as its sender reads them.

use std::convert::Infallible;

use crate::words::envelope::Envelope;

/// One event that an action emitted, as [`Answer::emitted_events`](super::Answer::emitted_events) holds it.
///
/// An action with `emits(OrderIngested, …)` has an enum of these beside it, named after the fn: of `created` it is
/// `CreatedEmitted`. One that emits nothing has [`Infallible`]; one whose declaration does not say has [`Envelope`].
pub trait EmittedEvent: Sized + Send + 'static {
    /// Reads it; `None` if it is none of those, or not in the form that this client knows.
    #[doc(hidden)]
    fn read(envelope: &Envelope) -> Option<Self>;
}

impl EmittedEvent for Envelope {
    fn read(envelope: &Envelope) -> Option<Self> {
        Some(envelope.clone())
    }
}

impl EmittedEvent for Infallible {
    fn read(_envelope: &Envelope) -> Option<Self> {
        None
    }
}
