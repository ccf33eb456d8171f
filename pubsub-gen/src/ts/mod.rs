//! TypeScript text; nothing else joins strings of it.

mod client;
mod docs;
mod envelope;
mod event;
pub(crate) mod modules;
mod prose;
mod router;
mod shape;
mod subscribe;
#[cfg(test)]
mod tests;
mod words;
mod zod;

pub use event::EventTypes;

pub(crate) use client::events_client;
pub(crate) use envelope::GAP_REASONS;
pub(crate) use event::event_types;
pub(crate) use router::{Dialect, app_router, check_ids, check_names};
pub(crate) use words::is_reserved;
pub(crate) use zod::zod;

/// Ends a file: without it, every declaration of a module that is only types counts as exported.
const NOTHING_ELSE: &str = "\nexport {};\n";

/// The first line of every file, which also says whose it is.
pub(crate) fn header(domains: &str) -> String {
    let domains = prose::line(domains);
    format!(
        "// Events of {domains}; emitted by pubsub-gen from the Rust declarations, so edit those and not this file.\n"
    )
}
