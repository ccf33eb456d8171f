//! The events the runtime itself sends: ordinary envelopes whose names begin with `pubsub:`.

use serde::{Deserialize, Serialize};

/// What the names of all of them begin with.
pub const PREFIX: &str = "pubsub:";
/// The name of [`Ready`].
pub const READY: &str = "pubsub:ready";
/// The name of [`Gap`].
pub const GAP: &str = "pubsub:gap";
/// The name of [`Live`].
pub const LIVE: &str = "pubsub:live";
/// The name of the event that stands for lost history; its payload is what the channel's `#[snapshot]` function answers.
pub const SNAPSHOT: &str = "pubsub:snapshot";
/// The name of the event that ends a plain SSE stream for good. It is no envelope: its data is that of a failed call, `{"error": …}`.
pub const ERROR: &str = "pubsub:error";

/// The first event of a subscription: from here on nothing is missed silently.
///
/// ```json
/// {"cursor": "c1.AAEAAAAB…"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The place the subscription starts after.
    pub cursor: String,
}

/// The subscription has caught up with its logs; sent again when it was quiet for long, so that the client's place stays fresh.
///
/// ```json
/// {"cursor": "c1.AAEAAAAB…"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The place reached.
    pub cursor: String,
}

/// Something cannot be replayed, or continuity cannot be proven; sent before the next event.
///
/// ```json
/// {"channel": "orders", "reason": "retention", "missed": 12, "requested": "c1.…", "resumeFrom": "c1.…", "oldest": "2026-01-01T00:00:00.000Z"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// The channel that lost continuity.
    pub channel: String,
    /// Why.
    pub reason: GapReason,
    /// How many events between `requested` and `resume_from` do not come, where that is known exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<u64>,
    /// The cursor or event id the subscription asked to resume after.
    pub requested: String,
    /// The cursor it goes on after; where the subscription ends with its gap (`on_gap = fail`), what is retained follows it.
    pub resume_from: String,
    /// The timestamp of the oldest event still retained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
    /// `false` where something may be lost and nobody can tell; absent where it is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certain: Option<bool>,
}

/// Why a [`Gap`] is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "registry", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GapReason {
    /// Retention removed entries after the position.
    Retention,
    /// The log was lost, recreated or restored since.
    EpochChanged,
    /// The log ends before the position.
    HistoryRewound,
    /// The log holds another entry at the position.
    HistoryDiverged,
    /// What was presented is neither a cursor nor an event id.
    InvalidCursor,
    /// No entry with this id is known.
    UnknownId,
    /// More events than `max_replay` lie after the position.
    TooMany,
    /// The subscription fell too far behind.
    SlowConsumer,
    /// No history is kept, and not all of what was published since was seen by this server.
    NoHistory,
    /// No place of this consumer is known.
    UnknownConsumer,
    /// The consumer's client confirmed nothing of what it was sent last.
    Unconfirmed,
    /// A reason that this program does not know, or that the server cannot name.
    #[serde(other)]
    Unknown,
}

impl GapReason {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::EpochChanged => "epoch_changed",
            Self::HistoryRewound => "history_rewound",
            Self::HistoryDiverged => "history_diverged",
            Self::InvalidCursor => "invalid_cursor",
            Self::UnknownId => "unknown_id",
            Self::TooMany => "too_many",
            Self::SlowConsumer => "slow_consumer",
            Self::NoHistory => "no_history",
            Self::UnknownConsumer => "unknown_consumer",
            Self::Unconfirmed => "unconfirmed",
            Self::Unknown => "unknown",
        }
    }
}
