//! What the attributes say of events that clients send; their bounds are checked here, once for each declaration.

use std::marker::PhantomData;

#[cfg(feature = "server")]
use super::refusal::Refusal;
#[cfg(feature = "registry")]
use super::schema::TypeEntry;
use super::{
    event::{Event, Model},
    event_error::EventError,
};
#[cfg(feature = "client")]
use crate::words::envelope::Envelope;
#[cfg(feature = "server")]
use crate::words::{envelope::Raw, error::Error};

/// An event that clients send: what it takes, answers and fails with. The attributes implement it on a hidden type.
///
/// The types have no bounds here: [`declare`] checks them, and what it makes carries the proof, so that a type that does not
/// fit is reported once and in our words.
pub trait Action: 'static {
    /// The payload.
    type Payload: 'static;
    /// What the sender is answered.
    type Reply: 'static;
    /// What may fail.
    type Error: 'static;
    /// The full name of the event.
    const NAME: &'static str;
    /// The result of [`declare`].
    const DECLARED: Declared<Self::Payload, Self::Reply, Self::Error>;
}

type Outcome<P, R, E> = fn(P) -> Result<R, E>;

/// What can be done with the types of an [`Action`], as plain functions.
#[derive(Debug)]
pub struct Declared<P, R, E> {
    types: PhantomData<Outcome<P, R, E>>,
    /// The schema of the payload.
    #[cfg(feature = "registry")]
    pub payload_type: TypeEntry,
    /// The schema of the reply.
    #[cfg(feature = "registry")]
    pub reply_type: TypeEntry,
    /// The schema of what clients see of the error; `None` if they never see any of it.
    #[cfg(feature = "registry")]
    pub error_type: Option<TypeEntry>,
    /// Reads a payload.
    #[cfg(feature = "server")]
    pub(crate) decode: fn(&str) -> Result<P, Refusal>,
    /// Writes a payload.
    #[cfg(feature = "server")]
    pub(crate) encode_payload: fn(&P) -> Result<Raw, Refusal>,
    /// Writes a reply.
    #[cfg(feature = "server")]
    pub(crate) encode_reply: fn(&R) -> Result<Raw, Refusal>,
    /// What clients may see of an error of the event with this name.
    #[cfg(feature = "server")]
    pub(crate) to_public: fn(E, &'static str) -> Error,
}

/// Checks the types of an [`Action`].
pub const fn declare<P: Model, R: Model, E: EventError>() -> Declared<P, R, E> {
    Declared {
        types: PhantomData,
        #[cfg(feature = "registry")]
        payload_type: TypeEntry::of::<P>(),
        #[cfg(feature = "registry")]
        reply_type: TypeEntry::of::<R>(),
        #[cfg(feature = "registry")]
        error_type: if E::VISIBLE {
            Some(TypeEntry::of::<E::Wire>())
        } else {
            None
        },
        #[cfg(feature = "server")]
        decode: |json| super::refusal::decode(json),
        #[cfg(feature = "server")]
        encode_payload: super::refusal::encode::<P>,
        #[cfg(feature = "server")]
        encode_reply: super::refusal::encode::<R>,
        #[cfg(feature = "server")]
        to_public: super::event_error::to_public::<E>,
    }
}

/// What an action may return.
#[diagnostic::on_unimplemented(
    message = "an action must return `Result<T, E>`, not `{Self}`; use `Infallible` if it cannot fail",
    label = "not a `Result`"
)]
pub trait ActionReturn {
    /// What the sender is answered.
    type Reply;
    /// What may fail.
    type Error;
}

impl<T, E> ActionReturn for Result<T, E> {
    type Reply = T;
    type Error = E;
}

/// Proves in a server build that an action returns what builds without its body were told.
#[diagnostic::on_unimplemented(
    message = "this action returns `{Self}`, but its declaration says `Result<{T}, {E}>`",
    label = "write the same in the words `reply` and `error`, or leave them out"
)]
pub trait Returns<T, E> {
    /// The same value, under the declared type.
    fn into_result(self) -> Result<T, E>;
}

impl<T, E> Returns<T, E> for Result<T, E> {
    fn into_result(self) -> Self {
        self
    }
}

/// What an event's `on_…` method tells of its payload.
pub trait Carries {
    /// The payload type of the event.
    type Payload;
}

/// Stands for an event that only an action declares.
#[derive(Debug)]
pub struct Alone<P>(PhantomData<fn() -> P>);

impl<P> Alone<P> {
    /// The stand-in.
    #[allow(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P> Carries for Alone<P> {
    type Payload = P;
}

/// The payload type of an event, from its `on_…` method.
pub const fn payload_of<C: Carries>(_on: &C) -> PhantomData<C::Payload> {
    PhantomData
}

/// An event that clients send, answered with `R` or failing with `F`: what the word `action` may name.
///
/// The answers are parameters and not associated types, so that they need not be as visible as the event.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event that clients send, so it has no action",
    label = "not an event that clients send",
    note = "say what they are answered: `#[event(channel = \"…\", reply = …)]` on `{Self}`"
)]
pub trait Answered<R, F>: Event {}

/// What is known of an event that has its action elsewhere.
#[derive(Debug)]
pub struct EventOf<P, R, F> {
    /// The full name.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// What it carries.
    pub payload: PhantomData<P>,
    /// What its sender is answered.
    pub reply: PhantomData<R>,
    /// What may fail.
    pub error: PhantomData<F>,
}

/// The event with payload `P`; its answers are inferred from the one implementation.
pub const fn event_of<P: Answered<R, F>, R, F>() -> EventOf<P, R, F> {
    EventOf {
        name: P::NAME,
        channel: P::CHANNEL,
        payload: PhantomData,
        reply: PhantomData,
        error: PhantomData,
    }
}

/// One event in `emits(…)`, as plain data and functions: [`emits`] checks that it is one.
#[derive(Debug)]
pub struct Emits<E> {
    /// The full name of the event.
    pub name: &'static str,
    /// The typed envelope, if this is an occurrence of the event that can be read as one.
    #[cfg(feature = "client")]
    pub read: fn(&Envelope) -> Option<Envelope<E>>,
    types: PhantomData<fn() -> E>,
}

/// Checks a type in `emits(…)`.
pub const fn emits<E: Event>() -> Emits<E> {
    Emits {
        name: E::NAME,
        #[cfg(feature = "client")]
        read: |envelope| envelope.as_event()?.ok(),
        types: PhantomData,
    }
}

/// What a channel's `pubsub:snapshot` holds; `domain!` implements it on the channel.
#[diagnostic::on_unimplemented(
    message = "this channel has `on_gap = snapshot`, but nothing says what its snapshot is",
    label = "no `#[snapshot]` function of this channel",
    note = "write `#[snapshot(channel = \"…\")] pub async fn …() -> Result<T, E>`; it is there in every build, only its body needs feature `server`"
)]
pub trait HasSnapshot {
    /// Its payload; [`Raw`](crate::Raw) where the channel sends none.
    type Snapshot;
}

/// What the `#[snapshot]` function of a channel returns.
#[diagnostic::on_unimplemented(
    message = "this channel has `on_gap = snapshot`, but nothing says what its snapshot is",
    label = "no `#[snapshot]` function of this channel",
    note = "write `#[snapshot(channel = \"…\")] pub async fn …() -> Result<T, E>`; it is there in every build, only its body needs feature `server`"
)]
pub trait DeclaresSnapshot {
    /// The payload of `pubsub:snapshot`.
    type Payload;
}

/// Whether `module` is the root module of its crate.
pub const fn is_crate_root(module: &str) -> bool {
    let mut rest = module.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b':' {
            return false;
        }
        rest = tail;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_crate_root;

    #[test]
    fn a_nested_module_is_no_crate_root() {
        assert!(is_crate_root("orders_events"));
        assert!(!is_crate_root("orders_events::orders"));
    }
}
