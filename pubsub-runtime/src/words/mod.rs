//! The vocabulary every other layer speaks: names, envelopes, cursors, errors, time.

pub(crate) mod clock;
pub(crate) mod cursor;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod error_codes;
pub(crate) mod name;
pub(crate) mod principal;
pub(crate) mod procedure;
pub mod system;
