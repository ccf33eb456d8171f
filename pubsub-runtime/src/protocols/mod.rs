//! The wire protocols: bytes to values and back, without I/O.

pub(crate) mod cloud_events;
#[cfg(feature = "server")]
pub(crate) mod events;
#[cfg(feature = "server")]
pub(crate) mod framing;
#[cfg(feature = "server")]
pub(crate) mod query;
#[cfg(feature = "server")]
pub(crate) mod sse;
#[cfg(feature = "server")]
pub(crate) mod trpc;
