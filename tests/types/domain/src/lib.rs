//! A domain whose types show what clients must be told apart.
#![allow(
    clippy::unused_async,
    reason = "an action is async, whether or not it waits"
)]

pub mod catalog;
pub mod control;
pub mod orders;

pubsub_runtime::domain! {
    /// Everything that happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write" }
    channel catalog { subscribe = public }
    channel control { subscribe = none }
    channel notes { subscribe = public }
}

/// What the domain declares, with a snapshot of channel `orders`.
///
/// # Errors
///
/// None that this domain causes.
#[cfg(feature = "codegen")]
pub fn manifest() -> Result<pubsub_runtime::Manifest, pubsub_runtime::RegistryError> {
    let mut manifest = registry().manifest()?;
    let stored = manifest
        .events
        .iter()
        .find(|event| event.name == "orders:ingested")
        .map(|event| event.payload.clone());
    for channel in &mut manifest.channels {
        if channel.name == "orders" {
            channel.snapshot.clone_from(&stored);
        }
    }
    Ok(manifest)
}
