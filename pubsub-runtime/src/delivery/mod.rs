//! Pull from an ordered log; a notification only wakes; connections are cursors, not queues.

pub mod adapter;
pub(crate) mod closing;
pub(crate) mod consumer;
mod feeder;
pub(crate) mod filter;
pub(crate) mod framing;
pub(crate) mod hub;
pub(crate) mod live;
pub(crate) mod log;
#[cfg(test)]
mod no_silent_loss;
pub(crate) mod pages;
pub(crate) mod payload;
pub(crate) mod resolve;
mod ring;
mod rules;
pub(crate) mod source;
pub(crate) mod subscription;
pub(crate) mod tokens;
