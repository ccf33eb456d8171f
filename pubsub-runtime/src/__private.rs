//! What the output of the macros names. No part of it is stable.

pub use serde;
pub use serde::{Deserialize, Serialize};

#[cfg(feature = "registry")]
pub use inventory;
#[cfg(feature = "registry")]
pub use schemars;
#[cfg(feature = "registry")]
pub use schemars::JsonSchema as Schema;

#[cfg(not(feature = "registry"))]
pub use pubsub_macros::EmptySchema as Schema;
pub use pubsub_macros::EmptySchema;

#[cfg(feature = "registry")]
pub use crate::declarations::{
    entry::{ActionEntry, ChannelEntry, EventEntry, Origin, SnapshotEntry},
    registry::Registry,
    schema::TypeEntry,
    shapes::{Content, Map, ShortTuple, is_no_option, path_of, unshown, words},
    template::{defaulted, described, part},
    unseen::Unseen,
};
/// What a schema is called.
#[cfg(feature = "registry")]
pub type Text = std::borrow::Cow<'static, str>;

#[cfg(feature = "registry")]
pub use crate::declarations::codecs::wire::Wire;
/// The codecs of the words on fields.
pub use crate::declarations::codecs::{
    int::{self, Integers},
    redact::{self, Redacted},
};
pub use crate::declarations::{
    action::{
        Action, ActionReturn, Alone, Answered, Carries, Declared, DeclaresSnapshot, Emits,
        HasSnapshot, Returns, declare, emits, event_of, is_crate_root, payload_of,
    },
    channel::{Access, ChannelPolicy, OnGap, OnLag, OnUnavailable, Tenant},
    event::{Direction, Event, Model, Part},
    event_error::{EventError, Never},
    event_policy::{EventPolicy, Idempotent},
    rate::Rate,
};
pub use crate::words::{
    envelope::{Envelope, Raw},
    error::ErrorKind,
};

#[cfg(feature = "client")]
pub use crate::client::{
    Call, ChannelClient, EmittedEvent, Filters, Subscribe, Transport, filter_value,
};
#[cfg(not(feature = "client"))]
pub use crate::declarations::shells::{Call, ChannelClient, Subscribe, Transport};
#[cfg(feature = "client")]
pub use serde_json::Value as FilterValue;

#[cfg(feature = "server")]
pub use crate::services::{
    action::{ActionBody, ActionFailure, RunAction, prepare},
    context::{ActionCtx, Context},
    emit::EmittedBy,
    service::{Service, ServiceKey},
    snapshot::{SnapshotBody, run_snapshot},
};

/// Sends `payload` as the event of `A`, once the returned builder is awaited.
pub fn send<A: Action, T: Transport, M>(
    client: &ChannelClient<T>,
    payload: A::Payload,
) -> Call<T, A::Payload, A::Reply, A::Error, M> {
    client.call(A::NAME, payload)
}

#[cfg(feature = "client")]
impl<T, P, S> Carries for Subscribe<T, P, S> {
    type Payload = P;
}

/// The seam between operations and transports, for tests that serve procedures of their own.
#[cfg(feature = "server")]
pub mod wire {
    pub use crate::{
        delivery::{
            closing::Closing,
            framing::{EventFrame, Framing, Slot},
            pages::pages_read,
            source::{End, Source, Step},
        },
        ops::procedures::{BoxFuture, Caller, EventsRequest, Procedures},
        transports::{
            accept::{ConnInfo, Serving, serve},
            http::{Cors, HttpOptions, HttpTransport, ResponseBody, Upgrade},
            limits::Limits,
            ws::Sockets,
        },
        words::procedure::ProcedureKind,
    };
}

/// Emits its argument in builds that have the registry.
#[cfg(feature = "registry")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_registry {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Emits its argument in builds that have the registry.
#[cfg(not(feature = "registry"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_registry {
    ($($tokens:tt)*) => {};
}

/// Emits its argument in builds that have client stubs.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Emits its argument in builds that have client stubs.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_client {
    ($($tokens:tt)*) => {};
}

/// The enum of what an action may emit, which only builds with client stubs have.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __emitted {
    ($emitted:ident) => {
        $emitted
    };
}

/// The enum of what an action may emit, which only builds with client stubs have.
#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __emitted {
    ($emitted:ident) => {
        ()
    };
}

/// Emits its argument in builds that have the server.
#[cfg(feature = "server")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_server {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Emits its argument in builds that have the server.
#[cfg(not(feature = "server"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_server {
    ($($tokens:tt)*) => {};
}

/// Fails to compile if the named domain crate was built with its action bodies: put it into every client binary.
///
/// Cargo unifies features within one build, so a client that is built beside its server would hold the server's code.
///
/// ```text
/// pubsub_runtime::assert_client_build!(orders_events);
/// ```
#[macro_export]
macro_rules! assert_client_build {
    ($($domain:ident)::+) => {
        const _: () = ::core::assert!(
            $($domain)::+::__PUBSUB_CLIENT_BUILD,
            ::core::concat!(
                ::core::stringify!($($domain)::+),
                " was built with server code; build the client on its own: cargo build -p ",
                ::core::env!("CARGO_PKG_NAME"),
            )
        );
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "`assert_client_build!` takes the crate that declares the domain; write `assert_client_build!(orders_events)`"
        );
    };
}
