//! Tests across the crates, in one binary.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what cannot be must stop"
)]

mod accept;
mod hardening;
mod serving;
mod sockets;
mod tidy;
mod wire;
