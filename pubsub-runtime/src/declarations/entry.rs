//! What the attributes submit: static data, one entry a declaration.

use std::{any::TypeId, fmt};

use super::{
    channel::{Access, ChannelPolicy},
    event::{Direction, Model},
    event_policy::EventPolicy,
    refusal::Refusal,
    schema::TypeEntry,
};

/// Where a declaration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The cargo package.
    pub package: &'static str,
    /// The module path; its first segment is the crate.
    pub module: &'static str,
    /// The source file, for messages only: it never reaches an artefact.
    pub file: &'static str,
    /// The line, for messages only.
    pub line: u32,
}

impl Origin {
    /// The name of the crate, as in paths.
    pub fn crate_name(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A channel as `domain!` declares it.
#[derive(Debug, Clone, Copy)]
pub struct ChannelEntry {
    /// Its name, such as `orders`.
    pub name: &'static str,
    /// Its doc comment; empty if there is none.
    pub docs: &'static str,
    /// Its policy.
    pub policy: ChannelPolicy,
}

/// A payload type with `#[event]`, as the macro submits it.
#[derive(Debug, Clone, Copy)]
pub struct EventEntry {
    /// The full name, such as `orders:created`.
    pub name: &'static str,
    /// The channel, such as `orders`.
    pub channel: &'static str,
    /// The Rust name of the payload type.
    pub type_name: &'static str,
    /// The identity of the payload type.
    pub type_id: fn() -> TypeId,
    /// Where it stands.
    pub origin: Origin,
    /// The word `direction`, if written.
    pub direction: Option<Direction>,
    /// The word `version`, default 1.
    pub version: u32,
    /// The doc comment; empty if there is none.
    pub docs: &'static str,
    /// The note of `#[deprecated]`; empty if it has none, `None` if the event is not deprecated.
    pub deprecated: Option<&'static str>,
    /// The word `example`: one payload as JSON.
    pub example: Option<&'static str>,
    /// The filters that the typed client offers, by the names it sends.
    pub filters: &'static [&'static str],
    /// The schema of the payload.
    pub payload: TypeEntry,
    /// The schema of the word `reply`.
    pub reply: Option<TypeEntry>,
    /// The schema of the word `error`.
    pub error: Option<TypeEntry>,
    /// What it says for itself.
    pub policy: EventPolicy,
}

impl EventEntry {
    /// The event of a payload type that says nothing else; the rest is added as `EventEntry { docs, ..EventEntry::new(…) }`.
    pub const fn new<P: Model>(
        name: &'static str,
        channel: &'static str,
        type_name: &'static str,
        origin: Origin,
    ) -> Self {
        Self {
            name,
            channel,
            type_name,
            type_id: TypeId::of::<P>,
            origin,
            direction: None,
            version: 1,
            docs: "",
            deprecated: None,
            example: None,
            filters: &[],
            payload: TypeEntry::of::<P>(),
            reply: None,
            error: None,
            policy: EventPolicy::DEFAULT,
        }
    }
}

/// Reads a payload with serde and writes it again, so that what subscribers receive has the output shape.
pub type CanonicalFn = fn(&str) -> Result<Box<serde_json::value::RawValue>, Refusal>;

/// An action fn with `#[event]`, as the macro submits it; its body is another entry, in server builds only.
#[derive(Debug, Clone, Copy)]
pub struct ActionEntry {
    /// The full name of the event that runs it.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// The Rust name of the fn.
    pub fn_name: &'static str,
    /// The Rust name of the payload type.
    pub type_name: &'static str,
    /// The identity of the payload type.
    pub type_id: fn() -> TypeId,
    /// Where it stands.
    pub origin: Origin,
    /// The word `direction`, if written.
    pub direction: Option<Direction>,
    /// The word `version`, if written.
    pub version: Option<u32>,
    /// The doc comment; empty if there is none.
    pub docs: &'static str,
    /// The note of `#[deprecated]`; empty if it has none, `None` if the action is not deprecated.
    pub deprecated: Option<&'static str>,
    /// The word `example`.
    pub example: Option<&'static str>,
    /// The word `timeout`, in milliseconds, default 30,000.
    pub timeout_ms: u64,
    /// The word `retry_safe`: it may run again after it is unknown whether it ran.
    pub retry_safe: bool,
    /// The word `action`: it is the action of an event declared elsewhere, perhaps in another crate.
    pub is_attached: bool,
    /// The names of the events in `emits(…)`.
    pub emits: &'static [&'static str],
    /// The schema of the payload.
    pub payload: TypeEntry,
    /// The schema of the reply.
    pub reply: TypeEntry,
    /// The schema of what clients see of the error; `None` if it cannot fail.
    pub error: Option<TypeEntry>,
    /// What it says for itself.
    pub policy: EventPolicy,
}

impl ActionEntry {
    /// How long an action may run where `timeout` says nothing, in milliseconds.
    pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;

    /// An action that says nothing else and cannot fail; the rest is added as `ActionEntry { docs, ..ActionEntry::new(…) }`.
    pub const fn new<P: Model, R: Model>(
        name: &'static str,
        channel: &'static str,
        fn_name: &'static str,
        type_name: &'static str,
        origin: Origin,
    ) -> Self {
        Self {
            name,
            channel,
            fn_name,
            type_name,
            type_id: TypeId::of::<P>,
            origin,
            direction: None,
            version: None,
            docs: "",
            deprecated: None,
            example: None,
            timeout_ms: Self::DEFAULT_TIMEOUT_MS,
            retry_safe: false,
            is_attached: false,
            emits: &[],
            payload: TypeEntry::of::<P>(),
            reply: TypeEntry::of::<R>(),
            error: None,
            policy: EventPolicy::DEFAULT,
        }
    }
}

/// A function with `#[snapshot]`, as the macro submits it; its body is another entry, in server builds only.
#[derive(Debug, Clone, Copy)]
pub struct SnapshotEntry {
    /// The channel, such as `orders`.
    pub channel: &'static str,
    /// The Rust name of the fn.
    pub fn_name: &'static str,
    /// Where it stands.
    pub origin: Origin,
    /// The doc comment; empty if there is none.
    pub docs: &'static str,
    /// The word `timeout`, in milliseconds, default 30,000.
    pub timeout_ms: u64,
    /// The schema of what it answers: the payload of `pubsub:snapshot` on its channel.
    pub payload: TypeEntry,
}

inventory::collect!(EventEntry);
inventory::collect!(ActionEntry);
inventory::collect!(SnapshotEntry);

/// One event, its payload declaration and its action joined.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The full name.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// Who may start it, from what is declared.
    pub direction: Direction,
    /// The payload type's declaration.
    pub event: Option<EventEntry>,
    /// The action's declaration.
    pub action: Option<ActionEntry>,
    /// The payload fields that subscribers may filter by, as they are called on the wire, sorted.
    pub filters: Vec<String>,
    /// The payload field that decides the partition on a partitioned channel, as it is called on the wire.
    pub partition_key: Option<String>,
    /// The payload field that the channel's `on_lag = conflate(…)` names, as it is called on the wire, if there is one.
    pub conflate_key: Option<String>,
    /// What the event says for itself: its payload type, else its action.
    pub policy: EventPolicy,
    /// The payload field of `idempotent = by(…)`, as it is called on the wire.
    pub idempotency_key: Option<String>,
}

impl Declaration {
    pub(super) fn empty(name: &'static str, channel: &'static str) -> Self {
        Self {
            name,
            channel,
            direction: Direction::Sse,
            event: None,
            action: None,
            filters: Vec::new(),
            partition_key: None,
            conflate_key: None,
            policy: EventPolicy::DEFAULT,
            idempotency_key: None,
        }
    }

    /// Who may send it: as it says itself, else as its channel does.
    pub fn publish(&self, channel: &ChannelPolicy) -> Access {
        self.policy.publish.unwrap_or(channel.publish)
    }

    /// The part after the colon.
    pub fn word(&self) -> &'static str {
        self.name
            .split_once(':')
            .map_or(self.name, |(_, word)| word)
    }

    /// The version: of the payload type, else of the action, else 1.
    pub fn version(&self) -> u32 {
        self.event
            .map(|event| event.version)
            .or_else(|| self.action.and_then(|action| action.version))
            .unwrap_or(1)
    }

    /// The payload's schema: of its type, else of the action.
    pub(crate) fn payload(&self) -> Option<TypeEntry> {
        let of_type = self.event.map(|event| event.payload);
        of_type.or_else(|| self.action.map(|action| action.payload))
    }

    /// The reply's schema: of the action, else as the type declares it.
    pub(crate) fn reply(&self) -> Option<TypeEntry> {
        let of_action = self.action.map(|action| action.reply);
        of_action.or_else(|| self.event.and_then(|event| event.reply))
    }

    /// The error's schema: of the action, else as the type declares it.
    pub(crate) fn error(&self) -> Option<TypeEntry> {
        match self.action {
            Some(action) => action.error,
            None => self.event.and_then(|event| event.error),
        }
    }

    /// Where its first part stands.
    pub fn origin(&self) -> Option<Origin> {
        self.event
            .map(|event| event.origin)
            .or_else(|| self.action.map(|action| action.origin))
    }
}
