//! How the words on fields change what serde reads and writes.

pub mod int;
pub mod redact;
#[cfg(feature = "registry")]
pub(crate) mod wire;
