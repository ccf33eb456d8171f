//! The commands, as a user types them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

mod creating;
mod emitting;
mod errors;
mod hooks;
mod linting;
mod misuse;
mod names;
mod packaging;
mod paths;
mod projects;
mod reading;
mod shells;
mod shop;
