//! What the schema of a payload says of its top-level fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The fields of a payload by their names on the wire, with their schemas.
pub(super) type Fields<'a> = BTreeMap<&'a str, &'a Value>;

/// How many references and alternatives deep a schema is followed.
const MAX_DEPTH: usize = 16;

/// A value that can be compared as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    Text,
    Number,
    Bool,
    /// One of these words: a unit enum.
    Words(BTreeSet<String>),
}

impl Scalar {
    /// With its article, for messages.
    pub(super) fn noun(&self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", words.join(", "))
            }
        }
    }
}

/// Every field that each payload of this schema may have; of alternatives, those that all of them have.
pub(super) fn fields<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> Fields<'a> {
    fields_within(schema, definitions, MAX_DEPTH)
}

fn fields_within<'a>(
    schema: &'a Value,
    definitions: &'a Map<String, Value>,
    depth: usize,
) -> Fields<'a> {
    let mut found = Fields::new();
    let Some(depth) = depth.checked_sub(1) else {
        return found;
    };
    if let Some(target) = target(schema, definitions) {
        found.extend(fields_within(target, definitions, depth));
    }
    for part in list(schema, "allOf") {
        found.extend(fields_within(part, definitions, depth));
    }
    let mut alternatives = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|word| list(schema, word))
        .filter(|alternative| !is_null(alternative))
        .map(|alternative| fields_within(alternative, definitions, depth));
    if let Some(mut common) = alternatives.next() {
        for other in alternatives {
            common.retain(|name, _| other.contains_key(name));
        }
        found.extend(common);
    }
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in own.into_iter().flatten() {
        // What is flattened stands on the wire with its own members.
        if schema.get("x-flatten") == Some(&Value::Bool(true)) {
            found.extend(fields_within(schema, definitions, depth));
        } else {
            found.insert(name, schema);
        }
    }
    found
}

/// The fields that every payload of this schema has.
pub(super) fn required<'a>(
    schema: &'a Value,
    definitions: &'a Map<String, Value>,
) -> BTreeSet<&'a str> {
    required_within(schema, definitions, MAX_DEPTH)
}

fn required_within<'a>(
    schema: &'a Value,
    definitions: &'a Map<String, Value>,
    depth: usize,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let Some(depth) = depth.checked_sub(1) else {
        return found;
    };
    if let Some(target) = target(schema, definitions) {
        found.extend(required_within(target, definitions, depth));
    }
    for part in list(schema, "allOf") {
        found.extend(required_within(part, definitions, depth));
    }
    let alternatives = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|word| list(schema, word))
        .map(|alternative| required_within(alternative, definitions, depth));
    found.extend(
        alternatives
            .reduce(|common, other| common.intersection(&other).copied().collect())
            .unwrap_or_default(),
    );
    let own = schema.get("properties").and_then(Value::as_object);
    for (_, part) in own.into_iter().flatten() {
        if part.get("x-flatten") == Some(&Value::Bool(true)) {
            found.extend(required_within(part, definitions, depth));
        }
    }
    found.extend(list(schema, "required").filter_map(Value::as_str));
    found
}

/// Whether `null` is a value of this schema.
pub(super) fn may_be_null(schema: &Value, definitions: &Map<String, Value>) -> bool {
    may_be_null_within(schema, definitions, MAX_DEPTH)
}

fn may_be_null_within(schema: &Value, definitions: &Map<String, Value>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    if let Some(target) = target(schema, definitions) {
        return may_be_null_within(target, definitions, depth);
    }
    let among = |word| list(schema, word).any(Value::is_null);
    let named = list(schema, "type").any(|name| name.as_str() == Some("null"));
    is_null(schema)
        || named
        || among("enum")
        || ["oneOf", "anyOf"]
            .iter()
            .flat_map(|word| list(schema, word))
            .any(|alternative| may_be_null_within(alternative, definitions, depth))
}

/// What kind of scalar a field is, `null` aside; `None` if it is anything else.
pub(super) fn scalar(schema: &Value, definitions: &Map<String, Value>) -> Option<Scalar> {
    scalar_within(schema, definitions, MAX_DEPTH)
}

fn scalar_within(schema: &Value, definitions: &Map<String, Value>, depth: usize) -> Option<Scalar> {
    let depth = depth.checked_sub(1)?;
    if let Some(target) = target(schema, definitions) {
        return scalar_within(target, definitions, depth);
    }
    if let Some(value) = schema.get("const") {
        return of_value(value);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return join(values.iter().filter(|value| !value.is_null()).map(of_value));
    }
    let mut alternatives = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|word| list(schema, word))
        .filter(|alternative| !is_null(alternative))
        .map(|alternative| scalar_within(alternative, definitions, depth))
        .peekable();
    if alternatives.peek().is_some() {
        return join(alternatives);
    }
    let mut types = match schema.get("type")? {
        Value::Array(types) => types
            .iter()
            .filter(|name| name.as_str() != Some("null"))
            .collect(),
        one => vec![one],
    };
    let only = types.pop().filter(|_| types.is_empty())?;
    match only.as_str()? {
        "string" => Some(Scalar::Text),
        "integer" | "number" => Some(Scalar::Number),
        "boolean" => Some(Scalar::Bool),
        _ => None,
    }
}

fn of_value(value: &Value) -> Option<Scalar> {
    match value {
        Value::String(word) => Some(Scalar::Words(BTreeSet::from([word.clone()]))),
        Value::Number(_) => Some(Scalar::Number),
        Value::Bool(_) => Some(Scalar::Bool),
        _ => None,
    }
}

/// The one kind that all alternatives are of.
fn join(mut alternatives: impl Iterator<Item = Option<Scalar>>) -> Option<Scalar> {
    let first = alternatives.next()??;
    alternatives.try_fold(first, |joined, next| match (joined, next?) {
        (Scalar::Words(mut words), Scalar::Words(more)) => {
            words.extend(more);
            Some(Scalar::Words(words))
        }
        (joined, next) => (joined == next).then_some(joined),
    })
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// What a `#/$defs/Name` stands for.
fn target<'a>(schema: &Value, definitions: &'a Map<String, Value>) -> Option<&'a Value> {
    let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
    // A JSON pointer writes `~` and `/` in its own way, and a URI fragment percents; names of Rust types have neither.
    definitions.get(name)
}

fn list<'a>(schema: &'a Value, word: &str) -> impl Iterator<Item = &'a Value> {
    schema
        .get(word)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(words: &[&str]) -> Scalar {
        Scalar::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn what_can_be_compared_as_a_whole_is_a_scalar() {
        let definitions = json!({
            "Id": {"type": "string"},
            "Kind": {"oneOf": [{"type": "string", "const": "a"}, {"type": "string", "enum": ["b", "c"]}]},
            "Loop": {"$ref": "#/$defs/Loop"},
        });
        let definitions = definitions.as_object().unwrap();
        for (schema, expected) in [
            (
                json!({"type": "string", "format": "uuid"}),
                Some(Scalar::Text),
            ),
            (json!({"type": ["integer", "null"]}), Some(Scalar::Number)),
            (json!({"type": "boolean"}), Some(Scalar::Bool)),
            (
                json!({"$ref": "#/$defs/Id", "x-filter": true}),
                Some(Scalar::Text),
            ),
            (
                json!({"anyOf": [{"$ref": "#/$defs/Kind"}, {"type": "null"}]}),
                Some(words(&["a", "b", "c"])),
            ),
            (
                json!({"type": "string", "enum": ["a", "b"]}),
                Some(words(&["a", "b"])),
            ),
            (json!({"enum": ["a", 1]}), None),
            (json!({"type": ["string", "integer"]}), None),
            (json!({"type": "array"}), None),
            (json!({"type": "object"}), None),
            (json!({"type": "null"}), None),
            (json!({"$ref": "#/$defs/Loop"}), None),
            (json!({"$ref": "#/$defs/Gone"}), None),
            (json!(true), None),
            (json!({}), None),
        ] {
            assert_eq!(scalar(&schema, definitions), expected, "{schema}");
        }
    }

    #[test]
    fn what_is_flattened_counts_with_its_own_fields() {
        let schema = json!({
            "properties": {
                "id": {"type": "string"},
                "...meta": {"anyOf": [{"$ref": "#/$defs/Meta"}, {"type": "null"}], "x-flatten": true},
            },
        });
        let definitions = json!({"Meta": {"properties": {"by": {"type": "string"}}}});
        let found = fields(&schema, definitions.as_object().unwrap());
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["by", "id"]);

        let schema = json!({
            "properties": {
                "id": {"type": "string"},
                "...meta": {"$ref": "#/$defs/Meta", "x-flatten": true},
                "...more": {"anyOf": [{"$ref": "#/$defs/More"}, {"type": "null"}], "x-flatten": true},
            },
            "required": ["id", "...meta"],
        });
        let definitions = json!({"Meta": {"required": ["by"]}, "More": {"required": ["at"]}});
        let found = required(&schema, definitions.as_object().unwrap());
        assert!(found.contains("by") && !found.contains("at"), "{found:?}");
    }

    #[test]
    fn of_alternatives_the_common_fields_count() {
        let schema = json!({
            "properties": {"own": {"type": "string"}},
            "oneOf": [
                {"properties": {"type": {}, "tenant": {"type": "string"}, "a": {}}},
                {"$ref": "#/$defs/B"},
            ],
        });
        let definitions = json!({"B": {"properties": {"type": {}, "tenant": {}, "b": {}}}});
        let found = fields(&schema, definitions.as_object().unwrap());
        assert_eq!(
            found.keys().copied().collect::<Vec<_>>(),
            ["own", "tenant", "type"]
        );
    }

    #[test]
    fn what_every_payload_has_is_required() {
        let schema = json!({
            "required": ["own"],
            "allOf": [{"$ref": "#/$defs/B"}],
            "oneOf": [{"required": ["kind", "a"]}, {"required": ["kind", "b"]}],
        });
        let definitions = json!({"B": {"required": ["tenant"]}, "Loop": {"$ref": "#/$defs/Loop"}});
        let definitions = definitions.as_object().unwrap();
        assert_eq!(
            required(&schema, definitions)
                .into_iter()
                .collect::<Vec<_>>(),
            ["kind", "own", "tenant"]
        );
        assert!(required(&json!({"$ref": "#/$defs/Loop"}), definitions).is_empty());
    }

    #[test]
    fn null_is_found_wherever_it_stands() {
        let definitions =
            json!({"Maybe": {"type": ["string", "null"]}, "Loop": {"$ref": "#/$defs/Loop"}});
        let definitions = definitions.as_object().unwrap();
        for (schema, expected) in [
            (json!({"type": "string"}), false),
            (json!({"type": ["string", "null"]}), true),
            (json!({"type": "null"}), true),
            (json!({"enum": ["a", null]}), true),
            (json!({"$ref": "#/$defs/Maybe"}), true),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
                true,
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
                false,
            ),
            (json!({"$ref": "#/$defs/Loop"}), true),
        ] {
            assert_eq!(may_be_null(&schema, definitions), expected, "{schema}");
        }
    }
}
