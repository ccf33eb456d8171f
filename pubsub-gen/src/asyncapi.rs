//! `asyncapi.json`: the channels and messages of a server as `AsyncAPI` 3.1.

mod examples;
mod system;
mod words;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use pubsub_runtime::{
    AccessManifest, ChannelManifest, EventManifest, IdempotentManifest, Manifest,
    OnUnavailableManifest, TenantManifest,
};
use serde_json::{Map, Value, json};

use crate::{
    json::{definitions_of, text},
    model::{Direction, Graph, decode_pointer},
};

/// The text of `asyncapi.json`.
///
/// It tells the server's side: `send` is what the server publishes, `receive` what clients may send to it.
///
/// `document` is what `events-schemas.json` holds.
pub(crate) fn asyncapi(
    manifest: &Manifest,
    graph: &Graph,
    document: &Value,
    domains: &str,
) -> String {
    let schemas = Schemas {
        graph,
        document,
        used: RefCell::default(),
    };
    let (mut channels, mut operations) = (Map::new(), Map::new());
    let mut messages = system::messages();
    for channel in &manifest.channels {
        let mut place = ChannelMessages::default();
        for event in manifest
            .events
            .iter()
            .filter(|event| event.channel == channel.name)
        {
            let key = key_of(&event.name);
            if event.direction.is_published() {
                place.add(key.clone(), published(event, &schemas));
                operations.insert(
                    format!("send.{key}"),
                    operation("send", channel, &[&key], event),
                );
            }
            if event.direction.is_client_sent() {
                let sent_key = format!("{key}.Sent");
                place.add(sent_key.clone(), sent(event, &schemas));
                let mut receive = operation("receive", channel, &[&sent_key], event);
                let answers = answers(event, &schemas);
                let keys: Vec<_> = answers
                    .iter()
                    .map(|(key, _)| reference_in(channel, key))
                    .collect();
                for (key, message) in answers {
                    place.add(key, message);
                }
                receive["reply"] = json!({
                    "channel": { "$ref": format!("#/channels/{}", channel.name) },
                    "messages": keys,
                });
                say_policy(&mut receive, event);
                operations.insert(format!("receive.{key}"), receive);
            }
        }
        if channel.subscribe != AccessManifest::None {
            let told = place.tell(channel, &schemas);
            let told: Vec<_> = told.iter().map(|key| reference_in(channel, key)).collect();
            operations.insert(
                format!("send.{}.System", channel.name),
                json!({
                    "action": "send",
                    "channel": { "$ref": format!("#/channels/{}", channel.name) },
                    "summary": "What the server tells every subscription of its place.",
                    "messages": told,
                }),
            );
        }
        channels.insert(channel.name.clone(), about(channel, &place.references));
        messages.extend(place.messages);
    }
    let mut definitions = schemas.definitions();
    definitions.extend(system::schemas().map(|(name, schema)| (name.to_owned(), schema)));
    for message in messages.values_mut() {
        if message.get("examples").is_none()
            && let Some(example) = examples::example(&message["payload"], &definitions)
        {
            message["examples"] = json!([{ "payload": example }]);
        }
        if message.get("examples").is_some_and(holds_reference)
            && let Value::Object(message) = &mut *message
        {
            message.remove("examples");
        }
        words::draft7(&mut message["payload"]);
    }
    definitions.values_mut().for_each(words::draft7);
    let mut document = json!({
        "asyncapi": "3.1.0",
        "info": {
            "title": domains,
            "version": version(manifest).to_string(),
            "description": format!("Events of {domains}; emitted by pubsub-gen from the Rust declarations"),
        },
        "defaultContentType": "application/json",
        "components": {},
    });
    // `json!` copies what it is given, and these are nearly all of the document.
    document["channels"] = Value::Object(channels);
    document["operations"] = Value::Object(operations);
    document["components"]["messages"] = Value::Object(messages);
    document["components"]["schemas"] = Value::Object(definitions);
    text(document)
}

/// Whether a member is called as references are: readers would follow it, even in an example.
fn holds_reference(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key("$ref") || members.values().any(holds_reference)
        }
        Value::Array(items) => items.iter().any(holds_reference),
        _ => false,
    }
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
///
/// What is added to such a key begins with a capital, which no name has, so that it cannot be the key of another event.
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
    if let Some(family) = &channel.family {
        about["tags"] = json!([{ "name": family }]);
    }
    for (word, rate) in [("x-rate", &channel.rate), ("x-quota", &channel.quota)] {
        if let Some(rate) = rate {
            about[word] = json!(rate.to_string());
        }
    }
    if channel.on_unavailable != OnUnavailableManifest::default() {
        about["x-on-unavailable"] = json!(channel.on_unavailable.as_str());
    }
    if channel.tenant == TenantManifest::Required {
        about["x-tenant"] = json!("required");
    }
    if channel.audit {
        about["x-audit"] = json!(true);
    }
    about
}

fn reference_in(channel: &ChannelManifest, key: &str) -> Value {
    json!({ "$ref": format!("#/channels/{}/messages/{key}", channel.name) })
}

fn operation(
    action: &str,
    channel: &ChannelManifest,
    keys: &[&str],
    event: &EventManifest,
) -> Value {
    let messages: Vec<_> = keys.iter().map(|key| reference_in(channel, key)).collect();
    let mut operation = json!({
        "action": action,
        "channel": { "$ref": format!("#/channels/{}", channel.name) },
        "messages": messages,
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

/// What is said of sending this event alone.
fn say_policy(receive: &mut Value, event: &EventManifest) {
    if let Some(publish) = &event.publish {
        receive["x-publish"] = json!(publish);
    }
    if let Some(rate) = &event.rate {
        receive["x-rate"] = json!(rate.to_string());
    }
    if let Some(bytes) = event.max_payload_bytes {
        receive["x-max-payload-bytes"] = json!(bytes);
    }
    if event.idempotent != IdempotentManifest::Optional {
        receive["x-idempotent"] = json!(event.idempotent);
    }
    if event
        .action
        .as_ref()
        .is_some_and(|action| action.retry_safe)
    {
        receive["x-retry-safe"] = json!(true);
    }
}

fn message(
    event: &EventManifest,
    description: &str,
    payload: Value,
    example: Option<&Value>,
) -> Value {
    let mut message = json!({
        "name": event.name,
        "x-version": event.version,
    });
    message["payload"] = payload;
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
    let payload = schemas.of_event(event, "input");
    message(event, &event.description, payload, event.example.as_ref())
}

/// What the server publishes: the envelope.
fn published(event: &EventManifest, schemas: &Schemas<'_>) -> Value {
    let payload = schemas.of_event(event, "output");
    let (name, channel) = (
        json!({ "const": event.name }),
        json!({ "const": event.channel }),
    );
    let envelope = system::envelope(&name, &channel, &payload);
    let example = event.example_received.as_ref().map(|payload| {
        json!({
            "id": "0198f2b0-7d3a-7000-8a5e-0242ac120002",
            "name": event.name,
            "channel": event.channel,
            "payload": payload,
            "timestamp": "2026-01-01T00:00:00.000Z",
            "meta": { "version": event.version },
        })
    });
    message(event, &event.description, envelope, example.as_ref())
}

/// What the sender of an event is answered: the reply, and the failure if one is declared.
fn answers(event: &EventManifest, schemas: &Schemas<'_>) -> Vec<(String, Value)> {
    let key = key_of(&event.name);
    let payload = match &event.reply {
        Some(_) => schemas.of_event(event, "reply"),
        None => json!({ "type": "null" }),
    };
    let said = format!("The answer to {}.", event.name);
    let mut answers = vec![(format!("{key}.Reply"), message(event, &said, payload, None))];
    if event.error.is_some() {
        let payload = system::error(&schemas.of_event(event, "error"));
        let said = format!("Why {} failed.", event.name);
        answers.push((format!("{key}.Error"), message(event, &said, payload, None)));
    }
    answers
}

/// The messages of one channel.
#[derive(Default)]
struct ChannelMessages {
    /// Where each stands, by key.
    references: Map<String, Value>,
    /// Those of this channel alone, by key.
    messages: Map<String, Value>,
}

impl ChannelMessages {
    fn add(&mut self, key: String, message: Value) {
        self.refer(&key);
        self.messages.insert(key, message);
    }

    fn refer(&mut self, key: &str) {
        let reference = json!({ "$ref": format!("#/components/messages/{key}") });
        self.references.insert(key.to_owned(), reference);
    }

    /// Adds what the server itself tells the subscriptions of the channel, and gives the keys.
    fn tell(&mut self, channel: &ChannelManifest, schemas: &Schemas<'_>) -> Vec<String> {
        let mut keys: Vec<String> = system::messages().into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            self.refer(key);
        }
        if channel.snapshot.is_some() {
            let snapshot = &schemas.document["channels"][&channel.name]["snapshot"];
            let payload = schemas.named(snapshot, Direction::Output);
            let key = format!("{}.Snapshot", channel.name);
            self.add(key.clone(), system::snapshot(&channel.name, &payload));
            keys.push(key);
        }
        keys
    }
}

/// The schemas of `events-schemas.json`, under the names that the TypeScript clients see.
struct Schemas<'a> {
    graph: &'a Graph,
    document: &'a Value,
    /// The names that were referred to.
    used: RefCell<BTreeSet<String>>,
}

impl Schemas<'_> {
    /// What `word` of an event is.
    fn of_event(&self, event: &EventManifest, word: &str) -> Value {
        let direction = match word {
            "input" => Direction::Input,
            _ => Direction::Output,
        };
        self.named(&self.document["events"][&event.name][word], direction)
    }

    /// A schema, with its references led to this file.
    fn named(&self, schema: &Value, direction: Direction) -> Value {
        let mut schema = schema.clone();
        words::refer(&mut schema, &|reference| {
            let key = reference.strip_prefix(definitions_of(direction))?;
            let Some(key) = decode_pointer(key) else {
                return Some(format!("{SCHEMAS}{key}"));
            };
            let name = self.graph.name(direction, &key);
            let mut used = self.used.borrow_mut();
            if !used.contains(name) {
                used.insert(name.to_owned());
            }
            Some(format!("{SCHEMAS}{}", encoded(name)))
        });
        schema
    }

    /// The definitions that were referred to, transitively.
    fn definitions(&self) -> Map<String, Value> {
        let mut named: BTreeMap<&str, (Direction, &Value)> = BTreeMap::new();
        for (direction, word) in [(Direction::Output, "output"), (Direction::Input, "input")] {
            let definitions = self.document["$defs"][word]["$defs"].as_object();
            for (key, schema) in definitions.into_iter().flatten() {
                let name = self.graph.name(direction, key);
                named.entry(name).or_insert((direction, schema));
            }
        }
        let mut definitions = Map::new();
        loop {
            let Some(name) = self.used.borrow_mut().pop_first() else {
                return definitions;
            };
            if let Some((direction, schema)) = named.get(name.as_str())
                && !definitions.contains_key(&name)
            {
                definitions.insert(name, self.named(schema, *direction));
            }
        }
    }
}

/// Where the named schemas stand.
const SCHEMAS: &str = "#/components/schemas/";

/// The name of a type as a reference writes it: a URI has no letters but those of ASCII.
fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
