//! `pubsub-gen schema`

use std::collections::BTreeSet;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use pubsub_gen::artefacts;
use serde_json::{Map, Value, json};

use super::{
    Outcome,
    domain::{Domain, event},
    format,
};

/// Prints the JSON Schema of one event, or of all.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The event, such as `orders:created`; without it the schemas of all are printed.
    event: Option<String>,
    /// Which of the event's schemas; by default all of them.
    #[arg(long, value_enum, requires = "event")]
    side: Option<Side>,
    #[command(flatten)]
    domain: Domain,
}

/// One of an event's schemas.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Side {
    /// What subscribers receive.
    Output,
    /// What clients may send.
    Input,
    /// What the sender is answered.
    Reply,
    /// What the sender is told of a failure.
    Error,
}

impl Schema {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let declared = self.domain.read()?;
        let mut manifest = declared.manifest;
        if let Some(name) = &self.event {
            let one = event(&manifest, name)?.clone();
            manifest.events = vec![one];
        }
        let schemas = artefacts(&manifest)?
            .into_iter()
            .find(|artefact| artefact.file == "events-schemas.json")
            .context("no schemas")?;
        let Some(name) = &self.event else {
            return Ok(Outcome::Done(schemas.text.trim_end().to_owned()));
        };
        let mut document: Value = serde_json::from_str(&schemas.text)?;
        let mut types = document["events"][name.as_str()].take();
        let definitions = document["$defs"].take();
        if let Some(side) = self.side {
            let word = match side {
                Side::Output => "output",
                Side::Input => "input",
                Side::Reply => "reply",
                Side::Error => "error",
            };
            types = types[word].take();
            if types.is_null() {
                return super::wrong_use(format!("`{name}` has no {word}"));
            }
        }
        let definitions = reachable(&types, &definitions);
        if let Value::Object(types) = &mut types {
            types.insert("$defs".to_owned(), definitions);
            types.insert(
                "$schema".to_owned(),
                "https://json-schema.org/draft/2020-12/schema".into(),
            );
        }
        types.sort_all_objects();
        Ok(Outcome::Done(format::json(&types)?))
    }
}

/// The definitions that a schema refers to, transitively, where they stood: `#/$defs/output/$defs/Item`.
fn reachable(schema: &Value, definitions: &Value) -> Value {
    let mut pending = BTreeSet::new();
    references(schema, &mut pending);
    let mut seen = BTreeSet::new();
    let mut found = Map::new();
    while let Some((side, key)) = pending.pop_first() {
        if !seen.insert((side.clone(), key.clone())) {
            continue;
        }
        let definition = &definitions[side.as_str()]["$defs"][key.as_str()];
        references(definition, &mut pending);
        let side = found.entry(side).or_insert_with(|| json!({ "$defs": {} }));
        side["$defs"][key] = definition.clone();
    }
    Value::Object(found)
}

fn references(schema: &Value, found: &mut BTreeSet<(String, String)>) {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let place = reference.and_then(|text| text.strip_prefix("#/$defs/"));
            let place = place.and_then(|place| place.split_once("/$defs/"));
            found.extend(place.map(|(side, key)| (side.to_owned(), key.to_owned())));
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
