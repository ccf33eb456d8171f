//! What unit tests share: the TypeScript of one type.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use pubsub_runtime::{
    ChannelEntry, ChannelPolicy, Direction, Domain, EventEntry, Manifest, Origin, Registry,
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::artefacts::artefacts;

/// The manifest of a domain with one event, which both sides may send.
pub(crate) fn manifest_of<T>(name: &'static str) -> Manifest
where
    T: Serialize + DeserializeOwned + JsonSchema + Send + 'static,
{
    let channel = ChannelEntry {
        name: "c",
        docs: "",
        policy: ChannelPolicy::DEFAULT,
    };
    let origin = Origin {
        package: "d",
        module: "d",
        file: "lib.rs",
        line: 1,
    };
    let event = EventEntry {
        direction: Some(Direction::Both),
        ..EventEntry::new::<T>(name, "c", "T", origin)
    };
    let domain = Domain {
        package: "d",
        crate_name: "d",
    };
    Registry::from_entries(domain, vec![channel], vec![event], Vec::new())
        .manifest()
        .unwrap()
}

/// The types before the common part of `events-client.d.ts`, on one line each; or the mistakes.
pub(crate) fn types_of<T>() -> String
where
    T: Serialize + DeserializeOwned + JsonSchema + Send + 'static,
{
    match artefacts(&manifest_of::<T>("c:e")) {
        Ok(artefacts) => {
            let text = &artefacts
                .iter()
                .find(|artefact| artefact.file == "events-client.d.ts")
                .unwrap()
                .text;
            let (_, rest) = text.split_once("\n\n").unwrap();
            let (types, _) = rest.split_once("/** The name of an event").unwrap();
            let (_, events) = text.split_once("export interface Events {").unwrap();
            let used = |word: &str| {
                let (_, rest) = events.split_once(&format!("    {word}: ")).unwrap();
                rest.split_once(";\n    ").unwrap().0
            };
            format!(
                "{types}output: {}\ninput: {}",
                used("payload"),
                used("input")
            )
        }
        Err(error) => error.to_string(),
    }
}

/// The text of `events-client.d.ts`.
pub(crate) fn client_types(manifest: &Manifest) -> String {
    let mut artefacts = artefacts(manifest).unwrap();
    artefacts.retain(|artefact| artefact.file == "events-client.d.ts");
    artefacts.swap_remove(0).text
}
