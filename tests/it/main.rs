//! Tests across the crates, in one binary.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what cannot be must stop"
)]

mod accept;
mod cloud_events;
mod consumers;
mod hardening;
mod secrets;
mod serving;
mod sockets;
mod templates;
mod tidy;
mod wire;

// What `consumers` subscribes to, and what `secrets` looks into; a domain stands at the root of its crate.
pubsub_runtime::domain! {
    channel readings { subscribe = public, publish = none }
    channel vault { subscribe = public, publish = public }
}
