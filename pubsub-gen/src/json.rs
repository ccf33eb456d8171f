//! The artefacts that are JSON.

mod formats;

use pubsub_runtime::{Manifest, TypeManifest};
use serde_json::{Map, Value, json};

use crate::model::Direction;

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

/// The text of `events-manifest.json`.
pub(crate) fn manifest(manifest: &Manifest) -> String {
    text(serde_json::to_value(manifest).unwrap_or_default())
}

/// The text of `events-schemas.json`: standard JSON Schema 2020-12, without the generator's own keywords.
///
/// An event's `output` is what subscribers receive, `input` what clients may send, `reply` and `error` what the sender is told;
/// a channel's `snapshot` is what subscribers receive instead of lost history.
pub(crate) fn schemas(manifest: &Manifest, domains: &str) -> String {
    let mut events = Map::new();
    for event in &manifest.events {
        let mut types = Map::new();
        let output = |schema: &TypeManifest| standard(schema.output.as_value(), Direction::Output);
        if event.direction.is_published() {
            types.insert("output".to_owned(), output(&event.payload));
        }
        if event.direction.is_client_sent() {
            let input = standard(event.payload.input.as_value(), Direction::Input);
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
            let snapshot = standard(snapshot.output.as_value(), Direction::Output);
            Some((channel.name.clone(), json!({ "snapshot": snapshot })))
        })
        .collect();
    let side = |direction: Direction| {
        let definitions = direction.definitions(&manifest.schemas);
        let definitions = definitions
            .iter()
            .map(|(key, schema)| (key.clone(), standard(schema, direction)));
        Value::Object(definitions.collect())
    };
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": format!("Events of {domains}; emitted by pubsub-gen from the Rust declarations"),
        "$defs": { "input": {}, "output": {} },
    });
    // `json!` copies what it is given, and these are nearly all of the file.
    all["events"] = Value::Object(events);
    all["$defs"]["input"]["$defs"] = side(Direction::Input);
    all["$defs"]["output"]["$defs"] = side(Direction::Output);
    if !channels.is_empty() {
        all["channels"] = Value::Object(channels);
    }
    text(all)
}

/// JSON with sorted keys, so that the text is the same whichever map `serde_json` was built with.
pub(crate) fn text(mut value: Value) -> String {
    value.sort_all_objects();
    // Not through `Display`, which takes half as long again.
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// A schema with the generator's own keywords turned into standard ones, and its references into this file's.
fn standard(schema: &Value, direction: Direction) -> Value {
    let side = match direction {
        Direction::Output => "output",
        Direction::Input => "input",
    };
    let refer = |key: &str| format!("#/$defs/{side}/$defs/{key}");
    Standard {
        direction,
        refer: &refer,
    }
    .schema(schema)
}

/// Turns the generator's own keywords into standard ones.
pub(crate) struct Standard<'a> {
    pub(crate) direction: Direction,
    /// The reference to the definition with this key.
    pub(crate) refer: &'a dyn Fn(&str) -> String,
}

impl Standard<'_> {
    pub(crate) fn schema(&self, schema: &Value) -> Value {
        match schema {
            Value::Object(schema) => Value::Object(standard_object(schema, self)),
            other => other.clone(),
        }
    }

    fn reference(&self, value: &Value) -> Value {
        let key = value
            .as_str()
            .and_then(|reference| reference.strip_prefix("#/$defs/"));
        match key {
            Some(key) => json!((self.refer)(key)),
            None => value.clone(),
        }
    }
}

fn standard_object(schema: &Map<String, Value>, standard: &Standard<'_>) -> Map<String, Value> {
    let direction = standard.direction;
    let mut result = Map::new();
    for (word, value) in schema {
        let value = match word.as_str() {
            _ if word.starts_with("x-") => continue,
            "$ref" => standard.reference(value),
            "properties" | "patternProperties" | "$defs" => match value {
                Value::Object(members) => members
                    .iter()
                    .map(|(name, member)| (name.clone(), standard.schema(member)))
                    .collect(),
                other => other.clone(),
            },
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                Value::Array(members) => members
                    .iter()
                    .map(|member| standard.schema(member))
                    .collect(),
                other => other.clone(),
            },
            "items" | "additionalProperties" | "unevaluatedProperties" | "not" => {
                standard.schema(value)
            }
            _ => value.clone(),
        };
        result.insert(word.clone(), value);
    }
    formats::standard(&mut result);
    for word in ["x-deprecated"] {
        if schema.contains_key(word) {
            result.insert("deprecated".to_owned(), Value::Bool(true));
        }
    }
    if schema.get("x-int").and_then(Value::as_str) == Some("string") {
        result.entry("pattern").or_insert_with(|| json!(INTEGER));
    }
    if let (Some(Value::Object(tags)), Direction::Output) = (schema.get("x-tag"), direction) {
        tag(&mut result, tags);
    }
    if direction == Direction::Output && schema.get("x-omit-none") == Some(&Value::Bool(true)) {
        without_null(&mut result);
    }
    if direction == Direction::Input && schema.get("x-open") == Some(&Value::Bool(true)) {
        let docs = result.remove("description");
        let closed = std::mem::take(&mut result);
        result.insert("anyOf".to_owned(), json!([closed, { "type": "string" }]));
        result.extend(docs.map(|docs| ("description".to_owned(), docs)));
    }
    result
}

/// Adds the tag that serde writes into a struct.
fn tag(schema: &mut Map<String, Value>, tags: &Map<String, Value>) {
    for (name, value) in tags {
        let properties = schema
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = properties {
            properties.insert(name.clone(), json!({ "const": value }));
        }
        let required = schema
            .entry("required")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(required) = required
            && !required.contains(&json!(name))
        {
            required.push(json!(name));
        }
    }
}

fn without_null(schema: &mut Map<String, Value>) {
    let null = json!("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|word| *word != null);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(Value::Array(members)) = schema.get_mut(word) {
            members.retain(|member| member.get("type") != Some(&null));
        }
    }
}
