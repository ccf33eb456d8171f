//! The vocabulary every other layer speaks: names, envelopes, cursors, errors, time.

pub(crate) mod clock;
#[cfg(feature = "server")]
pub(crate) mod cursor;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod error_codes;
#[cfg(any(feature = "registry", feature = "client"))]
pub(crate) mod exact;
#[cfg(feature = "registry")]
pub(crate) mod name;
pub(crate) mod number;
pub(crate) mod principal;
#[cfg(feature = "server")]
pub(crate) mod procedure;
pub mod system;
