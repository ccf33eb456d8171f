//! Typed realtime events: declare them once in Rust, serve them to every client.
//!
//! A file uses only its own layer and the ones above it in this list (`tests/it/tidy.rs` holds it):
//! words, declarations, services, delivery, ops, protocols, transports, assembly; `client` beside them.
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `client` | typed client stubs over a `client::Transport` | no |
//! | `client-http` | the transport over HTTP and SSE | no |
//! | `registry` | schemas, registry and manifest, as build scripts need them | no |
//! | `server` | actions, delivery, operations, protocols and transports | no |
//! | `sqlite` | the adapter that keeps events in a SQLite file | no |
//! | `testing` | the contract that an adapter is tested against | no |

mod declarations;
mod words;

#[cfg(feature = "server")]
mod assembly;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
mod delivery;
#[cfg(feature = "server")]
mod ops;
#[cfg(any(feature = "server", feature = "client"))]
mod protocols;
#[cfg(feature = "server")]
mod services;
#[cfg(feature = "server")]
mod transports;

#[cfg(fuzzing)]
#[doc(hidden)]
pub mod __fuzz;
#[doc(hidden)]
pub mod __private;

pub use pubsub_macros::{EventError, domain, event, model, snapshot};

#[cfg(feature = "server")]
pub use assembly::{Bound, Builder, Config, PubSubServer, Publisher};
#[cfg(not(feature = "server"))]
pub use declarations::shells::{ActionCtx, Context, Service};
pub use declarations::{
    channel::{Access, ChannelPolicy, OnGap, OnLag, OnUnavailable, Tenant},
    event::{Direction, Event, Model},
    event_error::EventError,
    event_policy::{EventPolicy, Idempotent},
    rate::Rate,
};
#[cfg(feature = "registry")]
pub use declarations::{
    entry::{
        ActionEntry, CanonicalFn, ChannelEntry, Declaration, EventEntry, Origin, SnapshotEntry,
    },
    manifest::{
        AccessManifest, ActionManifest, ChannelManifest, Definitions, EventManifest,
        IdempotentManifest, Manifest, OnGapManifest, OnLagManifest, OnUnavailableManifest,
        RateManifest, TenantManifest, TypeManifest,
    },
    oracle::{Answer, Part, Question},
    refusal::Refusal,
    registry::{Domain, Registry},
    registry_error::{Problem, RegistryError},
};
#[cfg(feature = "server")]
pub use delivery::adapter;
#[cfg(feature = "server")]
pub use ops::StartError;
#[cfg(any(feature = "server", feature = "client"))]
pub use protocols::cloud_events::{CloudEvent, CloudEventError, Extension};
#[cfg(feature = "server")]
pub use services::{
    context::{ActionCtx, Context, TestingServices},
    cursor_store::{CursorStore, MemoryCursorStore, StoreFuture, StoredCursor},
    emit::Emitted,
    service::Service,
};
#[cfg(feature = "server")]
pub use transports::{http::Cors, limits::Limits};
#[cfg(feature = "server")]
pub use words::{
    clock::RandomIds,
    cursor::{Cursor, Position},
};
pub use words::{
    clock::{Clock, IdSource, SystemClock},
    envelope::{Envelope, Meta, Raw, Timestamp},
    error::{Error, ErrorKind, PathSegment, Result, Violation},
    error_codes::Codes,
    principal::Principal,
    system,
};
