//! The wire protocols: bytes to values and back, without I/O.

#[cfg(feature = "server")]
pub(crate) mod trpc;
