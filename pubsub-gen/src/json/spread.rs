//! Schemas of types whose members are put into another: what is flattened, and what an internally tagged variant holds.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{
    MAX_DEPTH,
    standard::{self, Standard},
};
use crate::{
    model::{Direction, knows_its_members, variants_kept, without_null_in},
    words::{Word, Words},
};

/// How many definitions are opened for one flattened type; types that hold more are refused before.
const MAX_OPENED: usize = 1_024;

/// A flattened field: its schema, and whether it is always there.
#[derive(Debug)]
pub(super) struct Flat {
    schema: Value,
    required: bool,
}

/// The definitions being opened, one in another, and how many were for the outermost of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Opened {
    depth: usize,
    count: usize,
}

/// The schema with the struct's own members only, and those that are flattened into it.
pub(super) fn split<'s>(said: &Words<'s>) -> (Cow<'s, Map<String, Value>>, Vec<Flat>) {
    let schema = said.schema();
    let is_flat = |schema: &Value| schema.get("x-flatten") == Some(&Value::Bool(true));
    let names: Vec<&String> = said
        .object(Word::Properties)
        .into_iter()
        .flatten()
        .filter(|(_, property)| is_flat(property))
        .map(|(name, _)| name)
        .collect();
    let mut flattened = Vec::new();
    if names.is_empty() {
        return (Cow::Borrowed(schema), flattened);
    }
    let mut own = schema.clone();
    let mut required = match own.remove("required") {
        Some(Value::Array(required)) => required,
        _ => Vec::new(),
    };
    for name in names {
        let Some(Value::Object(properties)) = own.get_mut("properties") else {
            continue;
        };
        let Some(schema) = properties.remove(name) else {
            continue;
        };
        let count = required.len();
        required.retain(|word| word.as_str() != Some(name));
        flattened.push(Flat {
            schema,
            required: count != required.len(),
        });
    }
    if !required.is_empty() {
        own.insert("required".to_owned(), Value::Array(required));
    }
    (Cow::Owned(own), flattened)
}

/// Puts the members of what is flattened beside the struct's own.
pub(super) fn join(standard: &Standard<'_>, result: &mut Map<String, Value>, flattened: &[Flat]) {
    for Flat { schema, required } in flattened {
        let inner = without_null_in(schema);
        // What is flattened is read without a default.
        let may_be_left_out = standard.direction == Direction::Output && !required;
        let is_optional = inner.is_some() || may_be_left_out;
        let mut part = open(standard, inner.as_ref().unwrap_or(schema));
        if let Value::Object(part) = &mut part {
            // What is said of the field is not said of the struct.
            for word in ["description", "title", "deprecated"] {
                part.remove(word);
            }
        }
        match part {
            Value::Object(part) if is_plain(&part) => {
                merge(standard.direction, result, part, is_optional);
            }
            Value::Object(part) if !is_optional && !part.is_empty() => {
                push(result, "allOf", Value::Object(part));
            }
            Value::Bool(true) => {
                result.insert("additionalProperties".to_owned(), Value::Bool(true));
            }
            _ => {}
        }
    }
    if flattened.is_empty() {
        return;
    }
    admit_each_other(result);
    if flattened
        .iter()
        .any(|Flat { schema, .. }| knows_all(standard, schema))
    {
        result.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    // Beside alternatives, only `unevaluatedProperties` sees their members.
    if result.contains_key("allOf")
        && let Some(open) = result.remove("additionalProperties")
    {
        result.insert("unevaluatedProperties".to_owned(), open);
    }
}

/// Whether serde reads it out of all members that are left, and refuses those that none of its variants knows.
fn knows_all(standard: &Standard<'_>, schema: &Value) -> bool {
    fn resolve<'a>(standard: &'a Standard<'_>, schema: &'a Value) -> &'a Value {
        standard.target(schema).unwrap_or(schema)
    }
    let kept = variants_kept(resolve(standard, schema));
    let denies = |variant: &Value| {
        let held = variant.get("allOf").and_then(Value::as_array);
        let mut held = held.into_iter().flatten();
        knows_its_members(resolve(standard, variant))
            || held.any(|part| knows_its_members(resolve(standard, part)))
    };
    !kept.is_empty() && kept.iter().all(denies)
}

/// What an internally tagged variant holds, beside members of these names: a reference where that leaves room for the tag.
pub(super) fn content(standard: &Standard<'_>, schema: &Value, names: &[&String]) -> Value {
    let has_room = standard.target(schema).is_some_and(|target| {
        target.get("type").and_then(Value::as_str) == Some("object")
            && target.get("additionalProperties") != Some(&json!(false))
    });
    let mut opened = open(standard, schema);
    let held_map = opened
        .as_object_mut()
        .is_some_and(|opened| admit(opened, names));
    if has_room && !held_map {
        standard.schema(schema)
    } else {
        opened
    }
}

/// Lets the maps in a schema be beside members of these names; whether there is one.
fn admit(schema: &mut Map<String, Value>, names: &[&String]) -> bool {
    let mut holds_map = false;
    for word in ["allOf", "oneOf", "anyOf"] {
        if let Some(Value::Array(parts)) = schema.get_mut(word) {
            for part in parts.iter_mut().filter_map(Value::as_object_mut) {
                holds_map |= admit(part, names);
            }
        }
    }
    let is_map = |word: &str| schema.get(word).is_some_and(Value::is_object);
    if !["additionalProperties", "patternProperties"]
        .iter()
        .any(|word| is_map(word))
    {
        return holds_map;
    }
    let properties = schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(properties) = properties {
        for name in names {
            properties.entry(*name).or_insert(Value::Bool(true));
        }
    }
    if let Some(keys) = schema.remove("propertyNames") {
        let keys = json!({ "anyOf": [keys, { "enum": names }] });
        schema.insert("propertyNames".to_owned(), keys);
    }
    true
}

/// The members that a schema names.
fn names_in(schema: &Value) -> Vec<String> {
    let own = schema.get("properties").and_then(Value::as_object);
    let mut names: Vec<String> = own.into_iter().flat_map(Map::keys).cloned().collect();
    for word in ["allOf", "oneOf", "anyOf"] {
        let parts = schema.get(word).and_then(Value::as_array);
        names.extend(parts.into_iter().flatten().flat_map(names_in));
    }
    names
}

/// Lets each of several parts be beside the members of the others, and of the struct.
fn admit_each_other(schema: &mut Map<String, Value>) {
    let Some(Value::Array(mut parts)) = schema.remove("allOf") else {
        return;
    };
    let own = schema.get("properties").and_then(Value::as_object);
    let own: Vec<String> = own.into_iter().flat_map(Map::keys).cloned().collect();
    let each: Vec<_> = parts.iter().map(names_in).collect();
    for (index, part) in parts.iter_mut().enumerate() {
        let others = each.iter().enumerate().filter(|(other, _)| *other != index);
        let others = others.flat_map(|(_, names)| names);
        if let Value::Object(part) = part {
            admit(part, &own.iter().chain(others).collect::<Vec<_>>());
        }
    }
    schema.insert("allOf".to_owned(), parts.into());
}

/// A standard schema that leaves room for other members.
fn open(standard: &Standard<'_>, schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    if let Some(target) = standard.target(schema) {
        let Opened { depth, count } = standard.opened.get();
        let count = if depth == 0 { 0 } else { count };
        // What has no end stays a reference.
        if depth >= MAX_DEPTH || count >= MAX_OPENED {
            return standard.schema(schema);
        }
        standard.opened.set(Opened {
            depth: depth + 1,
            count: count + 1,
        });
        let result = open(standard, target);
        let count = standard.opened.get().count;
        standard.opened.set(Opened { depth, count });
        return result;
    }
    let is_text = object.get("type").and_then(Value::as_str) == Some("string");
    if let (true, Some(Value::Array(words))) = (is_text, object.get("enum")) {
        let words: Vec<Value> = words.iter().map(word).collect();
        return json!({ "oneOf": words });
    }
    if let (true, Some(one)) = (is_text, object.get("const")) {
        return word(one);
    }
    if object.get("type").and_then(Value::as_str) == Some("null") {
        return json!({});
    }
    if object.contains_key("properties")
        || !["oneOf", "anyOf"].iter().any(|it| object.contains_key(*it))
    {
        let mut result = standard.schema(schema);
        if let Value::Object(result) = &mut result {
            for word in ["additionalProperties", "unevaluatedProperties"] {
                if result.get(word) == Some(&json!(false)) {
                    result.remove(word);
                }
            }
        }
        return result;
    }
    let mut opened = object.clone();
    for kind in ["oneOf", "anyOf"] {
        if let Some(Value::Array(members)) = opened.remove(kind) {
            let mut each = Vec::new();
            for member in members {
                match open(standard, &member) {
                    // Words of one alternative are alternatives themselves.
                    Value::Object(mut inner) if member.get("enum").is_some() => {
                        if let Some(Value::Array(words)) = inner.remove("oneOf") {
                            each.extend(words);
                        }
                    }
                    other => each.push(other),
                }
            }
            opened.insert(kind.to_owned(), Value::Array(each));
        }
    }
    let is_open = opened.get("x-open") == Some(&Value::Bool(true));
    opened.retain(|word, _| !word.starts_with("x-"));
    if is_open && standard.direction == Direction::Input {
        standard::open(&mut opened);
    }
    Value::Object(opened)
}

/// A variant without fields, where its enum is flattened.
fn word(value: &Value) -> Value {
    let name = value.as_str().unwrap_or_default();
    json!({ "type": "object", "properties": { name: { "type": "null" } }, "required": [name] })
}

fn is_plain(schema: &Map<String, Value>) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
        && ["allOf", "oneOf", "anyOf", "$ref"]
            .iter()
            .all(|word| !schema.contains_key(*word))
}

fn merge(
    direction: Direction,
    result: &mut Map<String, Value>,
    mut part: Map<String, Value>,
    is_optional: bool,
) {
    let required = match part.remove("required") {
        Some(Value::Array(required)) => required,
        _ => Vec::new(),
    };
    match (is_optional, direction) {
        (false, _) => required
            .iter()
            .for_each(|name| push(result, "required", name.clone())),
        // All of it or nothing.
        (true, Direction::Output) if !required.is_empty() => {
            let members = part.get("properties").and_then(Value::as_object);
            let names = members.into_iter().flat_map(Map::keys);
            let any: Vec<Value> = names.map(|name| asking_for(&[json!(name)])).collect();
            let all_or_nothing =
                json!({ "anyOf": [asking_for(&required), { "not": { "anyOf": any } }] });
            push(result, "allOf", all_or_nothing);
        }
        // What serde cannot read as the whole is taken for nothing.
        (true, _) => {}
    }
    close_by_words(&mut part);
    for kind in ["properties", "patternProperties"] {
        if let Some(Value::Object(members)) = part.remove(kind) {
            let known = result
                .entry(kind)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(known) = known {
                for (name, member) in members {
                    known.entry(name).or_insert(member);
                }
            }
        }
    }
    for kind in ["additionalProperties", "unevaluatedProperties"] {
        if let Some(open) = part.remove(kind) {
            result.insert(kind.to_owned(), open);
        }
    }
}

/// A flattened map by words: serde takes no other member.
fn close_by_words(part: &mut Map<String, Value>) {
    let Some(words) = part.remove("propertyNames").as_ref().and_then(words_in) else {
        return;
    };
    if let Some(value) = part.insert("additionalProperties".to_owned(), json!(false)) {
        let members = words.into_iter().map(|word| (word, value.clone()));
        part.insert("properties".to_owned(), members.collect());
    }
}

/// The words that the keys of a map are; `None` if they may be others.
fn words_in(keys: &Value) -> Option<Vec<String>> {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(one) = keys.get("const") {
        return Some(vec![word(one)?]);
    }
    if let Some(words) = keys.get("enum") {
        return words.as_array()?.iter().map(word).collect();
    }
    let each = keys.get("oneOf")?.as_array()?.iter().map(words_in);
    Some(each.collect::<Option<Vec<_>>>()?.concat())
}

/// A schema that asks for these members; it names them too, as strict readers want it beside `required`.
fn asking_for(names: &[Value]) -> Value {
    let members: Map<String, Value> = names
        .iter()
        .filter_map(Value::as_str)
        .map(|name| (name.to_owned(), json!(true)))
        .collect();
    json!({ "properties": members, "required": names })
}

fn push(schema: &mut Map<String, Value>, word: &str, value: Value) {
    let list = schema
        .entry(word)
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        list.push(value);
    }
}
