//! What an event says for itself where its channel speaks for all, and how its senders are kept from acting twice.

use super::{channel::Access, rate::Rate};

/// Whether each sent event has an id of its sender's choice, by which a repetition can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotent {
    /// The sender may give `clientEventId`.
    Optional,
    /// The sender must give `clientEventId`.
    Required,
    /// The payload has it: this field (its Rust name).
    By(&'static str),
}

/// What an event says for itself; what is `None` is as its channel says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPolicy {
    /// Who may send it.
    pub publish: Option<Access>,
    /// How often one principal may send it.
    pub rate: Option<Rate>,
    /// The largest payload, in bytes of JSON.
    pub max_payload_bytes: Option<usize>,
    /// Whether its sender gives it an id. Default: it may.
    pub idempotent: Option<Idempotent>,
}

impl EventPolicy {
    /// What applies where the attributes say nothing.
    pub const DEFAULT: Self = Self {
        publish: None,
        rate: None,
        max_payload_bytes: None,
        idempotent: None,
    };

    /// What this says, and `other` where this says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            publish: self.publish.or(other.publish),
            rate: self.rate.or(other.rate),
            max_payload_bytes: self.max_payload_bytes.or(other.max_payload_bytes),
            idempotent: self.idempotent.or(other.idempotent),
        }
    }
}

impl Default for EventPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
