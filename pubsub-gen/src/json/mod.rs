//! The artefacts that are JSON.

mod formats;
mod print;
mod spread;
mod standard;
#[cfg(test)]
mod tests;

use pubsub_runtime::{Definitions, Manifest, TypeManifest};
use serde_json::{Map, Value, json};

pub(crate) use self::standard::Standard;
use crate::model::{Direction, decode_pointer};

use print::{object, print, printed};

/// The pattern of an integer in a string.
const INTEGER: &str = "^-?[0-9]+$";

/// The patterns of the text of integers: where nothing narrower is known, and with or without a sign and zero.
pub(crate) const INTEGERS: [&str; 5] = [
    INTEGER,
    "^(0|[1-9][0-9]*)$",
    "^(0|-?[1-9][0-9]*)$",
    "^[1-9][0-9]*$",
    "^-?[1-9][0-9]*$",
];

/// How many references are followed from one schema.
const MAX_DEPTH: usize = 64;

/// The text of `events-manifest.json`.
pub(crate) fn manifest(manifest: &Manifest) -> String {
    if keeps_order() {
        return text(serde_json::to_value(manifest).unwrap_or_default());
    }
    // The definitions are nearly all of it, and are values already: they are printed where they are, without a copy.
    let outline = Manifest {
        manifest_version: manifest.manifest_version,
        domains: manifest.domains.clone(),
        channels: manifest.channels.clone(),
        events: manifest.events.clone(),
        schemas: Definitions::default(),
    };
    let Ok(Value::Object(outline)) = serde_json::to_value(outline) else {
        return String::new();
    };
    printed(|f| {
        object(&outline, 0, f, |name, member, f| {
            let ("schemas", Value::Object(sides)) = (name, member) else {
                return print(member, 1, f);
            };
            object(sides, 1, f, |side, _, f| {
                let definitions = match side {
                    "input" => &manifest.schemas.input,
                    _ => &manifest.schemas.output,
                };
                object(definitions, 2, f, |_, schema, f| print(schema, 3, f))
            })
        })
    })
}

/// Whether maps keep the order of insertion: another crate of the build may have asked `serde_json` for it.
fn keeps_order() -> bool {
    let members = ["b", "a"].map(|name| (name.to_owned(), Value::Null));
    let map: Map<String, Value> = members.into_iter().collect();
    map.keys().next().is_some_and(|first| first == "b")
}

/// The text of `events-schemas.json`: standard JSON Schema 2020-12, without the generator's own keywords.
///
/// An event's `output` is what subscribers receive, `input` what clients may send, `reply` and `error` what the sender is told;
/// a channel's `snapshot` is what subscribers receive instead of lost history.
pub(crate) fn schemas(manifest: &Manifest, domains: &str) -> String {
    let mut events = Map::new();
    for event in &manifest.events {
        let mut types = Map::new();
        let output =
            |schema: &TypeManifest| standard(schema.output.as_value(), Direction::Output, manifest);
        if event.direction.is_published() {
            types.insert("output".to_owned(), output(&event.payload));
        }
        if event.direction.is_client_sent() {
            let input = standard(event.payload.input.as_value(), Direction::Input, manifest);
            types.insert("input".to_owned(), input);
        }
        let answers = [("reply", &event.reply), ("error", &event.error)];
        for (word, schema) in answers {
            if let Some(schema) = schema {
                types.insert(word.to_owned(), output(schema));
            }
        }
        events.insert(event.name.clone(), Value::Object(types));
    }
    let channels: Map<_, _> = manifest
        .channels
        .iter()
        .filter_map(|channel| {
            let snapshot = channel.snapshot.as_ref()?;
            let snapshot = standard(snapshot.output.as_value(), Direction::Output, manifest);
            Some((channel.name.clone(), json!({ "snapshot": snapshot })))
        })
        .collect();
    let (events, channels) = (Value::Object(events), Value::Object(channels));
    let side = |direction| Value::Object(definitions(manifest, direction, [&events, &channels]));
    let (input, output) = (side(Direction::Input), side(Direction::Output));
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": format!("Events of {domains}; emitted by pubsub-gen from the Rust declarations"),
        "$defs": { "input": {}, "output": {} },
    });
    // `json!` copies what it is given, and these are nearly all of the file.
    all["events"] = events;
    all["$defs"]["input"]["$defs"] = input;
    all["$defs"]["output"]["$defs"] = output;
    if channels
        .as_object()
        .is_some_and(|channels| !channels.is_empty())
    {
        all["channels"] = channels;
    }
    text(all)
}

/// JSON with sorted keys, so that the text is the same whichever map `serde_json` was built with.
pub(crate) fn text(mut value: Value) -> String {
    value.sort_all_objects();
    printed(|f| print(&value, 0, f))
}

/// A schema with the generator's own keywords turned into standard ones, and its references into this file's.
fn standard(schema: &Value, direction: Direction, manifest: &Manifest) -> Value {
    let side = side_of(direction);
    let refer = |key: &str| format!("#/$defs/{side}/$defs/{key}");
    Standard::new(direction, &manifest.schemas, &refer).schema(schema)
}

fn side_of(direction: Direction) -> &'static str {
    match direction {
        Direction::Output => "output",
        Direction::Input => "input",
    }
}

/// The definitions of one direction that are referred to, transitively.
fn definitions(manifest: &Manifest, direction: Direction, used: [&Value; 2]) -> Map<String, Value> {
    let known = direction.definitions(&manifest.schemas);
    let prefix = format!("#/$defs/{}/$defs/", side_of(direction));
    let mut pending = Vec::new();
    for value in used {
        references(value, &prefix, &mut pending);
    }
    let mut found = Map::new();
    while let Some(key) = pending.pop() {
        if found.contains_key(&key) {
            continue;
        }
        if let Some(schema) = known.get(&key) {
            let schema = standard(schema, direction, manifest);
            references(&schema, &prefix, &mut pending);
            found.insert(key, schema);
        }
    }
    found
}

fn references(value: &Value, prefix: &str, keys: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            keys.extend(
                reference
                    .and_then(|text| text.strip_prefix(prefix))
                    .and_then(decode_pointer),
            );
            members
                .values()
                .for_each(|member| references(member, prefix, keys));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, prefix, keys)),
        _ => {}
    }
}
