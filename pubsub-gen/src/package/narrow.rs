//! What clients may know of a domain.

use std::collections::BTreeSet;

use pubsub_runtime::{AccessManifest, Manifest};

/// The manifest without what is the server's business: scopes, Rust names, packages, and the events that no client can send
/// or receive. `./client` is emitted from it, so that none of them can get there by mistake.
pub(super) fn for_clients(manifest: &Manifest, package: &str) -> Manifest {
    let mut narrow = manifest.clone();
    narrow.domains = vec![package.to_owned()];
    let readable: BTreeSet<&str> = manifest
        .channels
        .iter()
        .filter(|channel| channel.subscribe != AccessManifest::None)
        .map(|channel| channel.name.as_str())
        .collect();
    narrow.events.retain(|event| {
        event.direction.is_client_sent() || readable.contains(event.channel.as_str())
    });
    // An event of another domain is known by its name only, and its channel is not ours to judge.
    let is_hidden = |name: &String| {
        let mut events = manifest.events.iter();
        events.any(|event| event.name == *name && !readable.contains(event.channel.as_str()))
    };
    for event in &mut narrow.events {
        event.package.clear();
        event.rust_type.clear();
        event.publish = None;
        if let Some(action) = &mut event.action {
            // A sender is told only of what it may read.
            action.emits.retain(|name| !is_hidden(name));
        }
    }
    for channel in &mut narrow.channels {
        let hide = |access: &mut AccessManifest| {
            if let AccessManifest::Scope(_) = access {
                *access = AccessManifest::Authenticated;
            }
        };
        hide(&mut channel.subscribe);
        hide(&mut channel.publish);
        channel.family = None;
    }
    let used: BTreeSet<String> = narrow
        .events
        .iter()
        .map(|event| event.channel.clone())
        .collect();
    narrow
        .channels
        .retain(|channel| used.contains(&channel.name) || readable.contains(channel.name.as_str()));
    narrow
}
