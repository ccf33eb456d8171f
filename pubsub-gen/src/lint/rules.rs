//! The rules, each over the whole manifest.

use std::collections::{BTreeMap, BTreeSet};

use pubsub_runtime::{AccessManifest, EventManifest, Manifest};
use serde_json::{Map, Value};

use super::{Finding, Level, Lint};
use crate::model::{Direction, Place, decode_pointer};

/// Schemas nest by definitions; deeper inline ones than this are not walked.
const MAX_DEPTH: usize = 64;

pub(super) fn all(manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    channels(manifest, &mut findings);
    for event in &manifest.events {
        words(event, &mut findings);
        schemas(manifest, event, &mut findings);
    }
    names(manifest, &mut findings);
    findings
}

fn finding(
    lint: Lint,
    place: &impl ToString,
    what: impl Into<String>,
    remedy: impl Into<String>,
) -> Finding {
    Finding {
        lint,
        level: Level::default(),
        place: place.to_string(),
        what: what.into(),
        remedy: remedy.into(),
    }
}

fn channels(manifest: &Manifest, findings: &mut Vec<Finding>) {
    for channel in &manifest.channels {
        let name = &channel.name;
        for (word, access, verb) in [
            ("subscribe", &channel.subscribe, "read"),
            ("publish", &channel.publish, "write"),
        ] {
            if *access == AccessManifest::Authenticated {
                findings.push(finding(
                    Lint::NoScope,
                    &format!("channel {name}"),
                    format!("every authenticated caller may {word}"),
                    format!(
                        "write `{word} = \"{name}:{verb}\"`, `{word} = public` or `{word} = none`"
                    ),
                ));
            }
        }
        if channel.description.is_empty() {
            findings.push(finding(
                Lint::NoDescription,
                &format!("channel {name}"),
                "it has no doc comment",
                format!("write `/// …` above `channel {name}`"),
            ));
        }
    }
}

fn words(event: &EventManifest, findings: &mut Vec<Finding>) {
    let name = &event.name;
    if event.description.is_empty() {
        findings.push(finding(
            Lint::NoDescription,
            name,
            "it has no doc comment",
            format!("write `/// …` above `{}`", event.rust_type),
        ));
    }
    if event.example.is_none() {
        findings.push(finding(
            Lint::NoExample,
            name,
            "it has no example",
            "write `example = r#\"{…}\"#`; it is checked, and shown in the documents",
        ));
    }
    if let Some(note) = &event.deprecated
        && !names_successor(note)
    {
        findings.push(finding(
            Lint::DeprecatedWithoutSuccessor,
            name,
            "its deprecation names no event to use instead",
            "write `#[deprecated(note = \"use `channel:word`\")]`",
        ));
    }
}

/// Whether a note holds a name such as `orders:placed`, or says that nothing follows.
fn names_successor(note: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
    let names = |word: &str| {
        let word = word.trim_matches(|end: char| !end.is_alphanumeric());
        word.split_once(':').is_some_and(|(channel, event)| {
            is_word(&channel.replace('_', "")) && !event.is_empty() && !event.starts_with('/')
        })
    };
    note.split_whitespace().any(names) || note.contains("without successor")
}

/// Walks the schemas of one event, following references.
struct Walk<'a, 'f> {
    definitions: &'a Map<String, Value>,
    direction: Direction,
    seen: BTreeSet<&'a str>,
    findings: &'f mut Vec<Finding>,
}

fn schemas(manifest: &Manifest, event: &EventManifest, findings: &mut Vec<Finding>) {
    let mut walk = |schema: &Value, direction: Direction, place: &Place| {
        let mut walk = Walk {
            definitions: direction.definitions(&manifest.schemas),
            direction,
            seen: BTreeSet::new(),
            findings,
        };
        walk.schema(schema, place, 0);
    };
    let root = Place::root(&event.name);
    if event.direction.is_published() {
        walk(event.payload.output.as_value(), Direction::Output, &root);
    }
    if event.direction.is_client_sent() {
        walk(event.payload.input.as_value(), Direction::Input, &root);
    }
    for (word, answer) in [("reply", &event.reply), ("error", &event.error)] {
        if let Some(answer) = answer {
            let place = Place::root(format!("{} ({word})", event.name));
            walk(answer.output.as_value(), Direction::Output, &place);
        }
    }
}

impl<'a> Walk<'a, '_> {
    fn definition(&self, reference: &str) -> Option<(&'a str, &'a Value)> {
        let key = decode_pointer(reference.strip_prefix("#/$defs/")?)?;
        self.definitions
            .get_key_value(&key)
            .map(|(key, value)| (key.as_str(), value))
    }

    fn schema(&mut self, schema: &Value, place: &Place, depth: usize) {
        let Some(object) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        if let Some(reference) = object.get("$ref").and_then(Value::as_str)
            && let Some((key, definition)) = self.definition(reference)
            && self.seen.insert(key)
        {
            self.schema(definition, place, depth + 1);
        }
        self.integer(object, place);
        self.choice(object, place);
        for word in ["allOf", "anyOf", "oneOf"] {
            for member in object
                .get(word)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.schema(member, place, depth + 1);
            }
        }
        for (name, member) in object
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            self.schema(member, &place.member(name), depth + 1);
        }
        for (index, member) in object
            .get("prefixItems")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            self.schema(member, &place.item(Some(index)), depth + 1);
        }
        for word in ["items", "additionalProperties"] {
            if let Some(member) = object.get(word) {
                self.schema(member, &place.item(None), depth + 1);
            }
        }
    }

    fn integer(&mut self, schema: &Map<String, Value>, place: &Place) {
        let format = schema
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_wide = matches!(
            format,
            "int64" | "uint64" | "int" | "uint" | "int128" | "uint128"
        );
        if !is_wide || schema.contains_key("x-int") {
            return;
        }
        self.findings.push(finding(
            Lint::UnsafeInteger,
            place,
            "JavaScript holds integers exactly up to 2^53 - 1 only; larger ones are refused when they are published",
            "write `int = \"string\"` if they occur, or `int = \"checked\"` if they cannot",
        ));
    }

    fn choice(&mut self, schema: &Map<String, Value>, place: &Place) {
        let members = |word: &str| schema.get(word).and_then(Value::as_array);
        let is_null = |member: &Value| member.get("type").and_then(Value::as_str) == Some("null");
        if self.direction == Direction::Input
            && members("anyOf")
                .is_some_and(|members| members.iter().filter(|member| !is_null(member)).count() > 1)
            && !schema.contains_key("x-open")
        {
            self.findings.push(finding(
                Lint::UntaggedInput,
                place,
                "a sender who is wrong learns only that no variant matched",
                "write `#[serde(tag = \"type\")]` instead of `untagged`",
            ));
        }
        let holds_data = |member: &Value| {
            let properties = member.get("properties").and_then(Value::as_object);
            let closed = member.get("additionalProperties") == Some(&Value::Bool(false));
            closed
                && properties.is_some_and(|properties| {
                    properties.len() == 1
                        && properties
                            .values()
                            .all(|value| value.get("const").is_none())
                })
        };
        if members("oneOf").is_some_and(|members| members.iter().any(holds_data)) {
            self.findings.push(finding(
                Lint::ExternalTag,
                place,
                "clients cannot `switch` over variants that are told apart by the name of a member",
                "write `#[serde(tag = \"type\")]`, or `tag` and `content` where a variant holds no object",
            ));
        }
    }
}

fn names(manifest: &Manifest, findings: &mut Vec<Finding>) {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for definitions in [&manifest.schemas.output, &manifest.schemas.input] {
        let written = definitions
            .values()
            .filter_map(|schema| schema.get("x-path"));
        for path in written.filter_map(Value::as_str) {
            let name = path.rsplit("::").next().unwrap_or(path);
            paths.entry(name).or_default().insert(path);
        }
    }
    for (name, paths) in paths.into_iter().filter(|(_, paths)| paths.len() > 1) {
        let list: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
        findings.push(finding(
            Lint::CollidingTypeNames,
            &format!("type {name}"),
            format!(
                "{} have one name, so clients see longer ones",
                list.join(" and ")
            ),
            "rename one of them, or write `#[schemars(rename = \"…\")]`",
        ));
    }
}
