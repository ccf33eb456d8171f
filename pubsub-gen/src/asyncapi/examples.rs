//! An example of a message that none was declared for: the smallest value that its schema admits.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::SCHEMAS;
use crate::{
    model::decode_pointer,
    words::{Word, Words},
};

/// How many references and members deep a schema is followed.
const MAX_DEPTH: usize = 24;
/// Deeper than this, lists that may be empty are, and what may be `null` is: a recursive type ends somewhere.
const SHALLOW: usize = 5;
/// How many schemas are looked at for one example.
const MAX_LOOKS: usize = 2_000;
/// The longest list or text that is made up.
const MAX_LENGTH: u64 = 64;

/// A value that the schema admits; `None` where none is found, as for a `pattern`. `schemas` are the named ones.
pub(super) fn example(schema: &Value, schemas: &Map<String, Value>) -> Option<Value> {
    let looks = Cell::new(0);
    Examples { schemas, looks }.of(schema, 0)
}

struct Examples<'a> {
    schemas: &'a Map<String, Value>,
    looks: Cell<usize>,
}

impl Examples<'_> {
    fn of(&self, schema: &Value, depth: usize) -> Option<Value> {
        self.looks.set(self.looks.get() + 1);
        if depth > MAX_DEPTH || self.looks.get() > MAX_LOOKS {
            return None;
        }
        let schema = match schema {
            Value::Bool(true) => return Some(json!({})),
            Value::Object(schema) => Words::of(schema),
            _ => return None,
        };
        if let Some(value) = schema.get(Word::Const) {
            return Some(value.clone());
        }
        if let Some(Value::Array(values)) = schema.get(Word::Enum) {
            return values.first().cloned();
        }
        if schema.has(Word::Not) {
            return None;
        }
        // Each of these has to hold, so what they say is joined.
        let mut parts = Vec::new();
        if let Some(reference) = schema.text(Word::Ref) {
            let key = decode_pointer(reference.strip_prefix(SCHEMAS)?)?;
            let target = self.schemas.get(&key)?;
            parts.push(self.of(target, depth + 1)?);
        }
        for part in schema.list(Word::AllOf) {
            parts.push(self.of(part, depth + 1)?);
        }
        for word in [Word::OneOf, Word::AnyOf] {
            if schema.has(word) {
                parts.push(self.one_of(schema.list(word), depth)?);
            }
        }
        if let Some(word) = type_of(&schema) {
            parts.push(self.typed(word, &schema, depth)?);
        }
        join(parts)
    }

    /// The first alternative that says more than `null`.
    fn one_of(&self, alternatives: &[Value], depth: usize) -> Option<Value> {
        let null = json!({ "type": "null" });
        if depth >= SHALLOW && alternatives.contains(&null) {
            return Some(Value::Null);
        }
        let mut found = alternatives
            .iter()
            .filter_map(|alternative| self.of(alternative, depth + 1));
        let first = found.next()?;
        if first.is_null() {
            return found.next().or(Some(first));
        }
        Some(first)
    }

    fn typed(&self, word: &str, schema: &Words<'_>, depth: usize) -> Option<Value> {
        match word {
            "null" => Some(Value::Null),
            "boolean" => Some(json!(true)),
            "integer" | "number" => number(schema),
            "string" => text(schema),
            "array" => self.array(schema, depth),
            "object" => self.object(schema, depth),
            _ => None,
        }
    }

    fn array(&self, schema: &Words<'_>, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        for item in schema.list(Word::PrefixItems) {
            items.push(self.of(item, depth + 1)?);
        }
        let least = schema
            .get(Word::MinItems)
            .and_then(Value::as_u64)
            .unwrap_or(0);
        let most = schema
            .get(Word::MaxItems)
            .and_then(Value::as_u64)
            .unwrap_or(MAX_LENGTH);
        let wanted = if depth < SHALLOW { least.max(1) } else { least };
        if let Some(item) = schema.get(Word::Items).filter(|item| item.is_object()) {
            let several = schema.is_set(Word::UniqueItems) && least > 1;
            if least > MAX_LENGTH || several {
                return None;
            }
            while (items.len() as u64) < wanted.min(most) {
                match self.of(item, depth + 1) {
                    Some(item) => items.push(item),
                    None if (items.len() as u64) < least => return None,
                    None => break,
                }
            }
        }
        (items.len() as u64 >= least).then(|| items.into())
    }

    fn object(&self, schema: &Words<'_>, depth: usize) -> Option<Value> {
        let mut members = Map::new();
        let properties = schema.object(Word::Properties);
        for name in schema.list(Word::Required) {
            let name = name.as_str()?;
            let member = match properties.and_then(|properties| properties.get(name)) {
                Some(property) => self.of(property, depth + 1)?,
                None => self.of(schema.get(Word::AdditionalProperties)?, depth + 1)?,
            };
            members.insert(name.to_owned(), member);
        }
        let least = schema
            .get(Word::MinProperties)
            .and_then(Value::as_u64)
            .unwrap_or(0);
        (members.len() as u64 >= least).then(|| members.into())
    }
}

/// The type a value is made of: the first that is not `null`; what only objects have makes an object.
fn type_of<'s>(schema: &Words<'s>) -> Option<&'s str> {
    match schema.get(Word::Type) {
        Some(Value::String(word)) => Some(word),
        Some(Value::Array(words)) => {
            let mut words = words.iter().filter_map(Value::as_str);
            let first = words.next()?;
            if first == "null" {
                words.next().or(Some(first))
            } else {
                Some(first)
            }
        }
        _ if schema.has(Word::Properties) => Some("object"),
        _ => None,
    }
}

fn number(schema: &Words<'_>) -> Option<Value> {
    if schema.has(Word::MultipleOf)
        || schema.has(Word::ExclusiveMinimum)
        || schema.has(Word::ExclusiveMaximum)
    {
        return None;
    }
    let bound = |word| schema.get(word).and_then(Value::as_f64);
    let fits = |value: &f64| {
        bound(Word::Minimum).is_none_or(|least| *value >= least)
            && bound(Word::Maximum).is_none_or(|most| *value <= most)
    };
    if fits(&1.0) {
        return Some(json!(1));
    }
    if fits(&0.0) {
        return Some(json!(0));
    }
    schema
        .get(Word::Minimum)
        .or_else(|| schema.get(Word::Maximum))
        .cloned()
}

fn text(schema: &Words<'_>) -> Option<Value> {
    if let Some(pattern) = schema.get(Word::Pattern) {
        let is_integer = crate::json::INTEGERS.iter().any(|known| pattern == known);
        return is_integer.then(|| json!("1"));
    }
    let text = match schema.text(Word::Format) {
        None => "text",
        Some("date-time") => "2026-01-01T00:00:00Z",
        Some("date") => "2026-01-01",
        Some("duration") => "PT1H",
        Some("email") => "someone@example.com",
        Some("hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("time") => "12:00:00Z",
        Some("uri") => "https://example.com/",
        Some("uri-template") => "https://example.com/{id}",
        Some("uuid") => "0198f2b0-7d3a-7000-8a5e-0242ac120002",
        Some(_) => return None,
    };
    let bound = |word| schema.get(word).and_then(Value::as_u64);
    let least = bound(Word::MinLength).unwrap_or(0);
    let most = bound(Word::MaxLength).unwrap_or(MAX_LENGTH);
    if least > MAX_LENGTH || text.len() as u64 > most && schema.has(Word::Format) {
        return None;
    }
    let mut text = text.to_owned();
    while (text.len() as u64) < least {
        text.push('x');
    }
    text.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Some(json!(text))
}

/// What the parts say together: the members of all of them, or the one value there is.
fn join(parts: Vec<Value>) -> Option<Value> {
    let mut joined: Option<Value> = None;
    for part in parts {
        joined = match (joined, part) {
            (None, part) => Some(part),
            (Some(Value::Object(mut members)), Value::Object(more)) => {
                members.extend(more);
                Some(members.into())
            }
            (Some(known), part) if known == part => Some(known),
            _ => return None,
        };
    }
    // Nothing is said at all: any JSON.
    joined.or_else(|| Some(json!({})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_what_its_schema_admits() {
        let schemas = json!({
            "Node": {
                "type": "object",
                "required": ["name", "children"],
                "properties": {
                    "name": { "type": "string", "minLength": 6 },
                    "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
                },
            },
            "Tree": {
                "type": "object",
                "required": ["left", "right", "middle"],
                "properties": {
                    "left": { "anyOf": [{ "$ref": "#/components/schemas/Tree" }, { "type": "null" }] },
                    "middle": { "anyOf": [{ "$ref": "#/components/schemas/Tree" }, { "type": "null" }] },
                    "right": { "anyOf": [{ "$ref": "#/components/schemas/Tree" }, { "type": "null" }] },
                },
            },
            "Endless": { "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#/components/schemas/Endless" } } },
        });
        let schemas = schemas.as_object().unwrap();
        let refer = |name: &str| json!({ "$ref": format!("{SCHEMAS}{name}") });
        let node = example(&refer("Node"), schemas).unwrap();
        assert_eq!(node["name"], "textxx");
        assert_eq!(node["children"][0]["name"], "textxx");
        assert_eq!(example(&refer("Endless"), schemas), None);
        let tree = example(&refer("Tree"), schemas).unwrap();
        assert!(
            tree["left"].is_object() && tree.to_string().len() < 1_000,
            "{tree}"
        );
        for (schema, wanted) in [
            (
                json!({ "type": ["null", "integer"], "minimum": 5 }),
                json!(5),
            ),
            (
                json!({ "anyOf": [{ "type": "null" }, { "const": "a" }] }),
                json!("a"),
            ),
            (
                json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 2 }),
                json!([true, true]),
            ),
            (
                json!({ "type": "string", "pattern": "^-?[0-9]+$" }),
                json!("1"),
            ),
            (
                json!({ "type": "object", "additionalProperties": { "type": "string" } }),
                json!({}),
            ),
            (
                json!({ "type": "object", "required": ["t"], "properties": { "t": { "const": "a" } }, "allOf": [{ "type": "object", "required": ["x"], "properties": { "x": { "type": "null" } } }] }),
                json!({ "t": "a", "x": null }),
            ),
        ] {
            assert_eq!(example(&schema, schemas), Some(wanted), "{schema}");
        }
        for schema in [
            json!({ "type": "string", "pattern": "^a+$" }),
            json!({ "type": "string", "format": "something" }),
            json!({ "not": {} }),
            json!(false),
        ] {
            assert_eq!(example(&schema, schemas), None, "{schema}");
        }
    }
}
