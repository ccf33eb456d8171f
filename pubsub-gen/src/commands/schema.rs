//! `pubsub-gen schema`

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use pubsub_gen::{artefacts, decode_pointer};
use pubsub_runtime::Manifest;
use serde_json::{Map, Value, json};

use super::{
    Outcome,
    domain::{Domain, event},
    files::{check_file, replace},
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
    /// The file; without it the schema is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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
        if let Some(out) = &self.out {
            check_file("--out", out, |old| old.contains("; emitted by pubsub-gen"))?;
        }
        let manifest = self.domain.read()?.manifest;
        let text = self.text(manifest)?;
        let Some(out) = &self.out else {
            return Ok(Outcome::Done(text));
        };
        replace(out, &format!("{text}\n"))?;
        Ok(Outcome::Done(format!("wrote {}", out.display())))
    }

    fn text(&self, mut manifest: Manifest) -> anyhow::Result<String> {
        if let Some(name) = &self.event {
            let one = event(&manifest, name)?.clone();
            manifest.events = vec![one];
        }
        let schemas = artefacts(&manifest)?
            .into_iter()
            .find(|artefact| artefact.file == "events-schemas.json")
            .context("no schemas")?;
        let Some(name) = &self.event else {
            return Ok(schemas.text.trim_end().to_owned());
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
            let known = types.as_object().into_iter().flat_map(Map::keys);
            let known: Vec<_> = known.map(|side| format!("`{side}`")).collect();
            types = types[word].take();
            if types.is_null() {
                return super::wrong_use(format!(
                    "`{name}` has no {word}; it has {}",
                    known.join(", ")
                ));
            }
        }
        let definitions = reachable(&types, &definitions);
        if let Value::Object(types) = &mut types {
            types.insert("$defs".to_owned(), definitions);
            for word in ["$schema", "$comment"] {
                types.insert(word.to_owned(), document[word].take());
            }
        }
        types.sort_all_objects();
        format::json(&types)
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
            let place = place.and_then(|(side, key)| Some((side, decode_pointer(key)?)));
            found.extend(place.map(|(side, key)| (side.to_owned(), key)));
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_encoded_reference_names_is_reached() {
        let schema = json!({ "$ref": "#/$defs/output/$defs/Gr%C3%B6%C3%9Fe~1%7E0" });
        let definitions =
            json!({ "output": { "$defs": { "Größe/~": { "type": "null" }, "Other": true } } });
        assert_eq!(
            reachable(&schema, &definitions),
            json!({ "output": { "$defs": { "Größe/~": { "type": "null" } } } })
        );
    }
}
