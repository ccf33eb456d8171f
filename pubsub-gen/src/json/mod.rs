//! The artefacts that are JSON.

mod formats;
mod print;
mod spread;
mod standard;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use pubsub_runtime::{Definitions, Manifest, TypeManifest};
use serde_json::{Map, Value, json};

use self::standard::Standard;
use crate::{
    model::{Direction, decode_pointer},
    threads::join,
};

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

/// What `events-schemas.json` holds: standard JSON Schema 2020-12, without the generator's own keywords.
///
/// An event's `output` is what subscribers receive, `input` what clients may send, `reply` and `error` what the sender is told;
/// a channel's `snapshot` is what subscribers receive instead of lost history.
pub(crate) fn schemas(manifest: &Manifest, domains: &str) -> Value {
    let of_output = Side::new(Direction::Output, manifest);
    let of_input = Side::new(Direction::Input, manifest);
    let mut events = Map::new();
    for event in &manifest.events {
        let mut types = Map::new();
        let output = |schema: &TypeManifest| of_output.standard(schema.output.as_value());
        if event.direction.is_published() {
            types.insert("output".to_owned(), output(&event.payload));
        }
        if event.direction.is_client_sent() {
            let input = of_input.standard(event.payload.input.as_value());
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
            let snapshot = of_output.standard(snapshot.output.as_value());
            Some((channel.name.clone(), json!({ "snapshot": snapshot })))
        })
        .collect();
    let (input, output) = join(|| of_input.definitions(), || of_output.definitions());
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": format!("Events of {domains}; emitted by pubsub-gen from the Rust declarations"),
        "$defs": { "input": {}, "output": {} },
    });
    // `json!` copies what it is given, and these are nearly all of the file.
    all["events"] = Value::Object(events);
    all["$defs"]["input"]["$defs"] = Value::Object(input);
    all["$defs"]["output"]["$defs"] = Value::Object(output);
    if !channels.is_empty() {
        all["channels"] = Value::Object(channels);
    }
    sort(&mut all);
    all
}

/// Sorts the members of all objects, which stand in the order of insertion where that is kept.
fn sort(value: &mut Value) {
    if keeps_order() {
        value.sort_all_objects();
    }
}

/// JSON with sorted keys, so that the text is the same whichever map `serde_json` was built with.
pub(crate) fn text(mut value: Value) -> String {
    sort(&mut value);
    sorted(&value)
}

/// As [`text`], of what is sorted.
pub(crate) fn sorted(value: &Value) -> String {
    printed(|f| print(value, 0, f))
}

/// The schemas of one direction, with their references led into `events-schemas.json`.
struct Side<'m> {
    direction: Direction,
    manifest: &'m Manifest,
    /// The definitions that were referred to.
    used: RefCell<Vec<String>>,
}

impl<'m> Side<'m> {
    fn new(direction: Direction, manifest: &'m Manifest) -> Self {
        Self {
            direction,
            manifest,
            used: RefCell::default(),
        }
    }

    /// A schema with the generator's own keywords turned into standard ones.
    fn standard(&self, schema: &Value) -> Value {
        let prefix = definitions_of(self.direction);
        let refer = |key: &str| {
            self.used.borrow_mut().extend(decode_pointer(key));
            [prefix, key].concat()
        };
        Standard::new(self.direction, &self.manifest.schemas, &refer).schema(schema)
    }

    /// The definitions that are referred to, transitively.
    fn definitions(self) -> Map<String, Value> {
        let known = self.direction.definitions(&self.manifest.schemas);
        let mut found = Map::new();
        loop {
            let Some(key) = self.used.borrow_mut().pop() else {
                return found;
            };
            if let Some(schema) = known.get(&key)
                && !found.contains_key(&key)
            {
                found.insert(key, self.standard(schema));
            }
        }
    }
}

/// Where `events-schemas.json` holds the definitions of a direction.
pub(crate) const fn definitions_of(direction: Direction) -> &'static str {
    match direction {
        Direction::Output => "#/$defs/output/$defs/",
        Direction::Input => "#/$defs/input/$defs/",
    }
}
