//! The JSON Schemas of every type in both directions, also where clients see one direction only.

use anyhow::Context as _;
use pubsub_runtime::{Direction, EventManifest, Manifest, Part, TypeManifest};
use serde_json::Value;

use super::trial::Side;

/// The schemas, as one document.
#[derive(Debug)]
pub(super) struct Both(Value);

static ANYTHING: Value = Value::Bool(true);

impl Both {
    pub(super) fn of(manifest: &Manifest) -> anyhow::Result<Self> {
        let mut all = manifest.clone();
        // The schemas of an event that both sides send hold both directions of its payload.
        let stand_in =
            |event: &EventManifest, name: &str, part, types: &TypeManifest| EventManifest {
                name: key(name, part),
                direction: Direction::Both,
                payload: types.clone(),
                reply: None,
                error: None,
                ..event.clone()
            };
        all.events.clear();
        for event in &manifest.events {
            let parts = [
                (Part::Payload, Some(&event.payload)),
                (Part::Reply, event.reply.as_ref()),
                (Part::Error, event.error.as_ref()),
            ];
            for (part, types) in parts {
                let types = types.map(|types| stand_in(event, &event.name, part, types));
                all.events.extend(types);
            }
        }
        for channel in &manifest.channels {
            if let (Some(types), Some(event)) = (&channel.snapshot, manifest.events.first()) {
                let stands = stand_in(event, &channel.name, Part::Snapshot, types);
                all.events.push(stands);
            }
        }
        serde_json::from_str(&pubsub_gen::schemas(&all))
            .map(Self)
            .context("the schemas are no JSON")
    }

    pub(super) fn document(&self) -> &Value {
        &self.0
    }

    pub(super) fn schema(&self, name: &str, part: Part, side: Side) -> &Value {
        let word = match side {
            Side::Sent => "input",
            Side::Received => "output",
        };
        let Self(all) = self;
        let types = all
            .get("events")
            .and_then(|events| events.get(key(name, part)));
        types.and_then(|types| types.get(word)).unwrap_or(&ANYTHING)
    }
}

fn key(name: &str, part: Part) -> String {
    format!("{name} {part:?}")
}
