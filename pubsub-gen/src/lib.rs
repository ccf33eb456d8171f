//! What `cargo build` emits from declared events.
//!
//! A build script links the domain crate and walks its registry, so that the types are exact and follow every edit:
//!
//! ```no_run
//! # use pubsub_runtime::Registry;
//! # let registry = Registry::default();
//! // build.rs: fn main() {
//! pubsub_gen::build().registry(registry).export_to("clients/web/src/generated").emit();
//! // }
//! ```
//!
//! | file | content |
//! |---|---|
//! | `events-client.d.ts` | payloads, envelopes, and the maps from event names to types |
//! | `trpc-v11.d.ts`, `trpc-v10.d.ts` | `AppRouter` for the unmodified clients |
//! | `events-manifest.json` | everything declared, as data |
//! | `asyncapi.json` | channels, operations and messages as `AsyncAPI` 3.1 |
//! | `events-zod.ts` | zod 4 schemas of what clients send and receive, if they are asked for: [`Build::zod`] |
//! | `events-schemas.json` | JSON Schema 2020-12 of every event, in both directions |
//!
//! An artefact depends on what is declared and on nothing else: the same declarations give the same bytes on every machine.

mod artefacts;
mod asyncapi;
mod build_script;
mod catalogue;
mod error;
mod json;
mod lint;
mod model;
mod package;
#[doc(hidden)]
pub mod policies;
#[cfg(test)]
mod testing;
mod threads;
mod ts;
mod words;

pub use artefacts::{Artefact, artefacts, emitted, event_types, schemas};
pub use build_script::{
    Build, build,
    sync::{Difference, Found, Mode, SyncError, report, sync},
};
pub use catalogue::catalogue;
pub use error::{GenerateError, Mistake};
pub use lint::{Finding, Level, Levels, Lint, lint};
#[doc(hidden)]
pub use model::decode_pointer;
pub use package::{ExistingPackage, PackageAbout, PackageFile, package};
pub use ts::EventTypes;
