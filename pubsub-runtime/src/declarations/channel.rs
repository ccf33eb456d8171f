//! A family of events with one policy.

use std::time::Duration;

use super::rate::Rate;

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

/// What follows a `pubsub:gap` in a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnGap {
    /// Everything that is still retained: loses least.
    Replay,
    /// What is published from now on.
    Live,
    /// A `pubsub:snapshot` made by the channel's `#[snapshot]` function, then what follows the place it was made at.
    Snapshot,
    /// Nothing: the subscription ends with `PRECONDITION_FAILED` and the gap, which says where another one can go on.
    Fail,
}

/// What happens to a subscription that is further behind than `max_lag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLag {
    /// It is ended; the client comes back and resumes.
    Disconnect,
    /// It is told `pubsub:gap` with `slow_consumer`, and goes on with what is published from now on.
    Resync,
    /// It gets the newest event of each value of this payload field (its Rust name), and a gap that counts the others.
    Conflate(&'static str),
    /// It goes on at `max_lag` events behind, after a gap that counts what was dropped.
    DropOldest,
}

/// What happens to an event while the engine that keeps the channel is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnavailable {
    /// Its sender is told `SERVICE_UNAVAILABLE`, and sends again.
    Fail,
    /// It is kept on the server's disk and published later; its sender is answered `queued`.
    Spool,
}

/// Whether the events of one tenant are kept apart from those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenant {
    /// They are not: whoever may read the channel reads all of it.
    Shared,
    /// Every caller belongs to a tenant, and sends to and reads from that tenant's part of the channel only.
    Required,
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
    /// The payload field (its Rust name) whose value decides which partition's log an event goes to. Default: none.
    pub partition_by: Option<&'static str>,
    /// How many logs carry the channel; order is promised within each. Default 1, and 16 where `partition_by` is set.
    pub partitions: u16,
    /// What follows a gap. Default: what is still retained.
    pub on_gap: OnGap,
    /// What happens to a slow reader. Default: its stream ends, and it resumes.
    pub on_lag: OnLag,
    /// How many events a live subscription may be behind in one log before `on_lag` acts. Default 10,000.
    pub max_lag: u64,
    /// The most events one subscription replays before it is told `too_many`. Default 10,000.
    pub max_replay: u64,
    /// The largest payload, in bytes of JSON. Default 256 KiB.
    pub max_payload_bytes: usize,
    /// How often one principal may send. Default: as often as it likes.
    pub rate: Option<Rate>,
    /// How much one principal may send in a longer time. Default: as much as it likes.
    pub quota: Option<Rate>,
    /// What happens to an event while the engine is down. Default: its sender is told.
    pub on_unavailable: OnUnavailable,
    /// The group that the channel is shown in. Default: none.
    pub family: Option<&'static str>,
    /// Whether tenants are kept apart. Default: they are not.
    pub tenant: Tenant,
    /// Whether each sent event leaves an audit record, if that is said; see [`ChannelPolicy::is_audited`].
    pub audit: Option<bool>,
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
        partition_by: None,
        partitions: 1,
        on_gap: OnGap::Replay,
        on_lag: OnLag::Disconnect,
        max_lag: 10_000,
        max_replay: 10_000,
        max_payload_bytes: 256 << 10,
        rate: None,
        quota: None,
        on_unavailable: OnUnavailable::Fail,
        family: None,
        tenant: Tenant::Shared,
        audit: None,
    };

    /// Whether each sent event leaves an audit record: as `audit` says, else where sending takes a scope.
    pub const fn is_audited(&self) -> bool {
        match self.audit {
            Some(audit) => audit,
            None => matches!(self.publish, Access::Scope(_)),
        }
    }
}

impl Default for ChannelPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_that_takes_a_scope_is_audited_unless_the_policy_says_otherwise() {
        let audited = |publish, audit| {
            ChannelPolicy {
                publish,
                audit,
                ..ChannelPolicy::DEFAULT
            }
            .is_audited()
        };
        let scope = Access::Scope("orders:write");
        assert!(audited(scope, None));
        assert!(!audited(scope, Some(false)));
        assert!(!audited(Access::Authenticated, None));
        assert!(audited(Access::Public, Some(true)));
    }
}
