//! Words of policies, as plain data.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::super::{
    channel::{Access, OnGap, OnLag, OnUnavailable, Tenant},
    rate::Rate,
};

/// What follows a gap in a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnGapManifest {
    /// Everything that is still retained.
    #[default]
    Replay,
    /// What is published from now on.
    Live,
    /// A `pubsub:snapshot`, then what follows it.
    Snapshot,
    /// Nothing: the subscription ends.
    Fail,
}

impl OnGapManifest {
    /// The word of `domain!`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Live => "live",
            Self::Snapshot => "snapshot",
            Self::Fail => "fail",
        }
    }
}

/// What happens to a subscription that is too far behind; its `Display` is what `domain!` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnLagManifest {
    /// It is ended; the client resumes.
    #[default]
    Disconnect,
    /// It is told a gap, and goes on with what is published from now on.
    Resync,
    /// It gets the newest event of each value of this payload field, by its Rust name.
    Conflate(String),
    /// It is told a gap, and goes on at `max_lag` events behind.
    DropOldest,
}

impl fmt::Display for OnLagManifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnect => f.write_str("disconnect"),
            Self::Resync => f.write_str("resync"),
            Self::Conflate(field) => write!(f, "conflate({field})"),
            Self::DropOldest => f.write_str("drop_oldest"),
        }
    }
}

/// Who may use a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccessManifest {
    /// Any authenticated principal.
    Authenticated,
    /// Everybody.
    Public,
    /// No client.
    None,
    /// Whoever holds the scope.
    Scope(String),
}

/// What happens to an event while the engine is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OnUnavailableManifest {
    /// Its sender is told.
    #[default]
    Fail,
    /// It is kept on the server's disk and published later.
    Spool,
}

impl OnUnavailableManifest {
    /// The word of `domain!`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Spool => "spool",
        }
    }
}

/// Whether the events of one tenant are kept apart from those of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TenantManifest {
    /// They are not.
    #[default]
    Shared,
    /// Every caller belongs to a tenant, and sees its part of the channel only.
    Required,
}

/// How many events one principal may send in how long; its `Display` is what the declaration says, such as `50/s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateManifest {
    /// How many events.
    pub count: u64,
    /// In how long, in milliseconds.
    pub per_ms: u64,
}

impl fmt::Display for RateManifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, per) = (self.count, Duration::from_millis(self.per_ms));
        Rate { count, per }.fmt(f)
    }
}

/// Whether each sent event has an id of its sender's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdempotentManifest {
    /// The sender may give `clientEventId`.
    #[default]
    Optional,
    /// The sender must give `clientEventId`.
    Required,
    /// The payload has it: this field, as it is called on the wire.
    By(String),
}

impl From<Access> for AccessManifest {
    fn from(access: Access) -> Self {
        match access {
            Access::Authenticated => Self::Authenticated,
            Access::Public => Self::Public,
            Access::None => Self::None,
            Access::Scope(scope) => Self::Scope(scope.to_owned()),
        }
    }
}

impl From<OnGap> for OnGapManifest {
    fn from(on_gap: OnGap) -> Self {
        match on_gap {
            OnGap::Replay => Self::Replay,
            OnGap::Live => Self::Live,
            OnGap::Snapshot => Self::Snapshot,
            OnGap::Fail => Self::Fail,
        }
    }
}

impl From<OnLag> for OnLagManifest {
    fn from(on_lag: OnLag) -> Self {
        match on_lag {
            OnLag::Disconnect => Self::Disconnect,
            OnLag::Resync => Self::Resync,
            OnLag::Conflate(field) => Self::Conflate(field.to_owned()),
            OnLag::DropOldest => Self::DropOldest,
        }
    }
}

impl From<OnUnavailable> for OnUnavailableManifest {
    fn from(on_unavailable: OnUnavailable) -> Self {
        match on_unavailable {
            OnUnavailable::Fail => Self::Fail,
            OnUnavailable::Spool => Self::Spool,
        }
    }
}

impl From<Tenant> for TenantManifest {
    fn from(tenant: Tenant) -> Self {
        match tenant {
            Tenant::Shared => Self::Shared,
            Tenant::Required => Self::Required,
        }
    }
}

impl From<Rate> for RateManifest {
    fn from(Rate { count, per }: Rate) -> Self {
        let per_ms = u64::try_from(per.as_millis()).unwrap_or(u64::MAX);
        Self { count, per_ms }
    }
}
