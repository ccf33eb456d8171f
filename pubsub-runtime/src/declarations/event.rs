//! What the attributes implement: one trait for events, one for everything that may cross the wire.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::words::envelope::{Envelope, Raw};

/// A declared kind of message; `#[event]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not declared as an event",
    note = "put `#[event(channel = \"…\")]` on it"
)]
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The full name, such as `orders:created`.
    const NAME: &'static str;
    /// The channel it is published on, such as `orders`.
    const CHANNEL: &'static str;
    /// The version of its declaration, from 1.
    const VERSION: u32;
}

impl Envelope<Raw> {
    /// The typed envelope, if this is an occurrence of `E`.
    ///
    /// # Errors
    ///
    /// The payload does not fit `E`; this program was built from another declaration than the server.
    pub fn as_event<E: Event>(&self) -> Option<Result<Envelope<E>, serde_json::Error>> {
        (self.name == E::NAME).then(|| self.decode())
    }
}

/// A type that may cross the wire: a payload, a reply, or a part of one; `#[model]` and `#[event]` make it so.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to clients; put `#[model]` on it",
    label = "not a model",
    note = "`#[model]` derives what serde and the generator need; put it above the other attributes"
)]
pub trait Model: Serialize + DeserializeOwned + SchemaBound + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + SchemaBound + Send + 'static> Model for T {}

/// What a field of a model may be; `#[model]` and `#[event]` ask it of each type, so that one message says what is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to clients; put `#[model]` on it",
    label = "not a model",
    note = "`#[model]` derives what serde and the generator need; put it above the other attributes",
    note = "a type of another crate needs that crate's features for serde and schemars, or a codec and `wire`"
)]
pub trait IsPart: Serialize + DeserializeOwned + SchemaBound {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + SchemaBound> IsPart for T {}

/// A type that a field of a model may be.
#[derive(Debug)]
pub struct Part<T: IsPart>(std::marker::PhantomData<T>);

/// `schemars::JsonSchema` in builds that have the registry, nothing in others.
#[cfg(feature = "registry")]
#[doc(hidden)]
pub trait SchemaBound: schemars::JsonSchema {}
#[cfg(feature = "registry")]
#[diagnostic::do_not_recommend]
impl<T: schemars::JsonSchema + ?Sized> SchemaBound for T {}

/// `schemars::JsonSchema` in builds that have the registry, nothing in others.
#[cfg(not(feature = "registry"))]
#[doc(hidden)]
pub trait SchemaBound {}
#[cfg(not(feature = "registry"))]
impl<T: ?Sized> SchemaBound for T {}

/// Who may start an event on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Server-sent only: actions and the server emit it.
    Sse,
    /// Client-sent: it runs its action and is not published.
    Cse,
    /// Client-sent and published: it runs its action, if it has one, and every subscriber receives it.
    Both,
}

impl Direction {
    /// Whether clients may send it.
    pub const fn is_client_sent(self) -> bool {
        matches!(self, Self::Cse | Self::Both)
    }

    /// Whether subscribers may receive it.
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Sse | Self::Both)
    }
}
