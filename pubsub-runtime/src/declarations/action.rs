//! What the attributes say of events that clients send; their bounds are checked here, once for each declaration.

use std::marker::PhantomData;

use super::{
    event::{Event, Model},
    event_error::EventError,
};

/// An event that clients send: what it takes, answers and fails with. The attributes implement it on a hidden type.
pub trait Action: 'static {
    /// The payload.
    type Payload: Model;
    /// What the sender is answered.
    type Reply: Model;
    /// What may fail.
    type Error: EventError;
    /// The full name of the event.
    const NAME: &'static str;
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

/// The name of an event in `emits(…)`.
pub const fn event_name<E: Event>() -> &'static str {
    E::NAME
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
