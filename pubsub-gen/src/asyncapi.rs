//! `asyncapi.json`: the channels and messages of a server as `AsyncAPI` 3.1.

use std::collections::BTreeSet;

use pubsub_runtime::{ChannelManifest, EventManifest, Manifest};
use serde_json::{Map, Value, json};

use crate::{
    json::{Standard, text},
    model::{Direction, Graph},
};

/// The text of `asyncapi.json`.
///
/// It tells the server's side: `send` is what the server publishes, `receive` what clients may send to it.
pub(crate) fn asyncapi(manifest: &Manifest, graph: &Graph, domains: &str) -> String {
    let schemas = Schemas { graph, manifest };
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for channel in &manifest.channels {
        let events: Vec<_> = manifest
            .events
            .iter()
            .filter(|event| event.channel == channel.name)
            .collect();
        let mut of_channel = Map::new();
        for event in events {
            let mut add = |key: String, message: Value| {
                of_channel.insert(
                    key.clone(),
                    json!({ "$ref": format!("#/components/messages/{key}") }),
                );
                messages.insert(key, message);
            };
            let key = key_of(&event.name);
            if event.direction.is_published() {
                add(key.clone(), published(event, &schemas));
                operations.insert(
                    format!("send.{key}"),
                    operation("send", channel, &key, event),
                );
            }
            if event.direction.is_client_sent() {
                let sent_key = format!("{key}.sent");
                add(sent_key.clone(), sent(event, &schemas));
                let mut receive = operation("receive", channel, &sent_key, event);
                if let Some(reply) = &event.reply {
                    let reply_key = format!("{key}.reply");
                    let payload = schemas.schema(reply.output.as_value(), Direction::Output);
                    add(
                        reply_key.clone(),
                        message(
                            event,
                            &format!("The answer to {}.", event.name),
                            &payload,
                            None,
                        ),
                    );
                    receive["reply"] = json!({
                        "channel": { "$ref": format!("#/channels/{}", channel.name) },
                        "messages": [reference_in(channel, &reply_key)],
                    });
                }
                operations.insert(format!("receive.{key}"), receive);
            }
        }
        channels.insert(channel.name.clone(), about(channel, &of_channel));
    }
    let definitions = schemas.definitions(&messages);
    let document = json!({
        "asyncapi": "3.1.0",
        "info": {
            "title": domains,
            "version": version(manifest).to_string(),
            "description": format!("Events of {domains}; emitted by pubsub-gen from the Rust declarations"),
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": definitions,
        },
    });
    text(document)
}

/// The highest version of any event: it rises when one of them does.
fn version(manifest: &Manifest) -> u32 {
    manifest
        .events
        .iter()
        .map(|event| event.version)
        .max()
        .unwrap_or(1)
}

/// A key as the specification allows it: an event's colon is none of its characters.
fn key_of(name: &str) -> String {
    name.replace(':', ".")
}

fn about(channel: &ChannelManifest, messages: &Map<String, Value>) -> Value {
    let mut about = json!({
        "address": channel.name,
        "messages": messages,
        "x-retention-ms": channel.retention_ms,
        "x-max-events": channel.max_events,
    });
    if !channel.description.is_empty() {
        about["description"] = json!(channel.description);
    }
    about
}

fn reference_in(channel: &ChannelManifest, key: &str) -> Value {
    json!({ "$ref": format!("#/channels/{}/messages/{key}", channel.name) })
}

fn operation(action: &str, channel: &ChannelManifest, key: &str, event: &EventManifest) -> Value {
    let mut operation = json!({
        "action": action,
        "channel": { "$ref": format!("#/channels/{}", channel.name) },
        "messages": [reference_in(channel, key)],
    });
    let summary = event
        .action
        .as_ref()
        .map(|action| action.description.as_str());
    if let Some(summary) = summary.filter(|text| action == "receive" && !text.is_empty()) {
        operation["summary"] = json!(summary);
    }
    operation
}

fn message(
    event: &EventManifest,
    description: &str,
    payload: &Value,
    example: Option<&Value>,
) -> Value {
    let mut message = json!({
        "name": event.name,
        "payload": payload,
        "x-version": event.version,
    });
    if !description.is_empty() {
        message["description"] = json!(description);
    }
    if let Some(note) = &event.deprecated {
        message["tags"] = json!([{ "name": "deprecated", "description": note }]);
    }
    if let Some(example) = example {
        message["examples"] = json!([{ "payload": example }]);
    }
    message
}

/// What a client sends: the payload alone.
fn sent(event: &EventManifest, schemas: &Schemas<'_>) -> Value {
    let payload = schemas.schema(event.payload.input.as_value(), Direction::Input);
    message(event, &event.description, &payload, event.example.as_ref())
}

/// What the server publishes: the envelope.
fn published(event: &EventManifest, schemas: &Schemas<'_>) -> Value {
    let envelope = json!({
        "type": "object",
        "required": ["id", "name", "channel", "payload", "timestamp"],
        "properties": {
            "id": { "type": "string" },
            "name": { "const": event.name },
            "channel": { "const": event.channel },
            "payload": schemas.schema(event.payload.output.as_value(), Direction::Output),
            "timestamp": { "type": "string", "format": "date-time" },
            "meta": { "type": "object" },
        },
    });
    message(event, &event.description, &envelope, None)
}

/// The named schemas, under the names that the TypeScript clients see.
struct Schemas<'a> {
    graph: &'a Graph,
    manifest: &'a Manifest,
}

impl Schemas<'_> {
    fn schema(&self, schema: &Value, direction: Direction) -> Value {
        let refer = |key: &str| format!("{SCHEMAS}{}", self.graph.name(direction, key));
        Standard {
            direction,
            definitions: &self.manifest.schemas,
            refer: &refer,
        }
        .schema(schema)
    }

    /// The definitions that `messages` refer to, transitively.
    fn definitions(&self, messages: &Map<String, Value>) -> Map<String, Value> {
        let mut pending = BTreeSet::new();
        for message in messages.values() {
            collect_references(message, &mut pending);
        }
        let mut definitions = Map::new();
        while let Some(name) = pending.pop_first() {
            if definitions.contains_key(&name) {
                continue;
            }
            let mut found = Value::Bool(true);
            for direction in [Direction::Output, Direction::Input] {
                let sides = direction.definitions(&self.manifest.schemas);
                let is_it = |(key, _): &(&String, &Value)| self.graph.name(direction, key) == name;
                if let Some((_, schema)) = sides.iter().find(is_it) {
                    found = self.schema(schema, direction);
                    break;
                }
            }
            collect_references(&found, &mut pending);
            definitions.insert(name, found);
        }
        definitions
    }
}

/// Where the named schemas stand.
const SCHEMAS: &str = "#/components/schemas/";

fn collect_references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            names.extend(
                reference
                    .and_then(|text| text.strip_prefix(SCHEMAS))
                    .map(str::to_owned),
            );
            members
                .values()
                .for_each(|member| collect_references(member, names));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, names)),
        _ => {}
    }
}
