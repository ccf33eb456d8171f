//! What the tests share.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what cannot be must stop"
)]

pub mod recorded;
