//! What the tests share.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what cannot be must stop"
)]

pub mod recorded;

/// The programs of the README compile as they stand.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
