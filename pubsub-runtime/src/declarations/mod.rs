//! What a domain crate declares: events, channels, errors, and the registry that gathers them.

pub(crate) mod action;
#[cfg(feature = "registry")]
mod agreement;
pub(crate) mod channel;
pub(crate) mod codecs;
#[cfg(feature = "registry")]
pub(crate) mod entry;
pub(crate) mod event;
pub(crate) mod event_error;
pub(crate) mod event_policy;
#[cfg(feature = "registry")]
mod fields;
#[cfg(feature = "registry")]
pub(crate) mod manifest;
#[cfg(feature = "registry")]
pub(crate) mod oracle;
pub(crate) mod rate;
#[cfg(feature = "registry")]
pub(crate) mod refusal;
#[cfg(feature = "registry")]
pub(crate) mod registry;
#[cfg(feature = "registry")]
pub(crate) mod registry_error;
#[cfg(feature = "registry")]
pub(crate) mod schema;
#[cfg(feature = "registry")]
pub(crate) mod shapes;
#[cfg(not(all(feature = "server", feature = "client")))]
pub(crate) mod shells;
#[cfg(feature = "registry")]
pub(crate) mod template;
#[cfg(feature = "registry")]
pub(crate) mod unseen;
