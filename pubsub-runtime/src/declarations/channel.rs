//! A family of events with one policy.

use std::time::Duration;

/// Who may send to a channel, or read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any authenticated principal; everybody while authentication is off.
    Authenticated,
    /// Everybody.
    Public,
    /// No client.
    None,
    /// Whoever holds this scope; everybody while authentication is off.
    Scope(&'static str),
}

/// How a channel is kept and who may use it; every value has the default that `domain!` documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelPolicy {
    /// Who may read. Default: any authenticated principal.
    pub subscribe: Access,
    /// Who may send. Default: any authenticated principal.
    pub publish: Access,
    /// How long history stays. Default 1 h.
    pub retention: Duration,
    /// How many events of history stay. Default 10,000.
    pub max_events: u64,
    /// How many bytes of history stay. Default 64 MiB.
    pub max_bytes: u64,
    /// Whether subscribers are promised the order of publication. One log carries a channel either way. Default: not promised.
    pub ordered: bool,
    /// The most events one subscription replays before it is told `too_many`. Default 10,000.
    pub max_replay: u64,
    /// The largest payload, in bytes of JSON. Default 256 KiB.
    pub max_payload_bytes: usize,
}

impl ChannelPolicy {
    /// What applies where `domain!` says nothing.
    pub const DEFAULT: Self = Self {
        subscribe: Access::Authenticated,
        publish: Access::Authenticated,
        retention: Duration::from_hours(1),
        max_events: 10_000,
        max_bytes: 64 << 20,
        ordered: false,
        max_replay: 10_000,
        max_payload_bytes: 256 << 10,
    };
}

impl Default for ChannelPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
