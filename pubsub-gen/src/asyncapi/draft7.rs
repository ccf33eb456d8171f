//! Schemas as `AsyncAPI` reads them: it knows JSON Schema draft 7, where nothing beside a `$ref` counts.

use serde_json::{Map, Value, json};

/// What is said of a schema and decides nothing.
const ANNOTATIONS: [&str; 6] = [
    "default",
    "deprecated",
    "description",
    "examples",
    "format",
    "title",
];

/// The same schema in words of draft 7; `unevaluatedProperties` has none there, and is left out.
pub(super) fn draft7(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let each = |value: &Value| match value {
        Value::Array(members) => members.iter().map(draft7).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, member)| (name.clone(), draft7(member)))
                .collect()
        }
        other => other.clone(),
    };
    let is_tuple = schema.contains_key("prefixItems");
    let mut result = Map::new();
    for (word, value) in schema {
        let (word, value) = match word.as_str() {
            "unevaluatedProperties" | "unevaluatedItems" => continue,
            "properties" | "patternProperties" | "allOf" | "anyOf" | "oneOf" => {
                (word.as_str(), each(value))
            }
            "prefixItems" => ("items", each(value)),
            "items" if is_tuple => ("additionalItems", draft7(value)),
            "items" | "additionalProperties" | "propertyNames" | "not" => {
                (word.as_str(), draft7(value))
            }
            _ => (word.as_str(), value.clone()),
        };
        result.insert(word.to_owned(), value);
    }
    beside_reference(result)
}

/// Moves a reference into `allOf` if it does not stand alone.
fn beside_reference(mut schema: Map<String, Value>) -> Value {
    let Some(reference) = schema.remove("$ref") else {
        return schema.into();
    };
    let reference = json!({ "$ref": reference });
    if schema.is_empty() {
        return reference;
    }
    let mut result = Map::new();
    let mut parts = vec![reference];
    if let Some(Value::Array(more)) = schema.remove("allOf") {
        parts.extend(more);
    }
    for word in ANNOTATIONS {
        result.extend(schema.remove(word).map(|value| (word.to_owned(), value)));
    }
    if !schema.is_empty() {
        parts.push(schema.into());
    }
    result.insert("allOf".to_owned(), parts.into());
    result.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_draft_7_would_overlook_is_said_in_its_words() {
        for (schema, wanted) in [
            (json!({ "$ref": "#/a" }), json!({ "$ref": "#/a" })),
            (
                json!({ "$ref": "#/a", "description": "x" }),
                json!({ "allOf": [{ "$ref": "#/a" }], "description": "x" }),
            ),
            (
                json!({ "$ref": "#/a", "properties": { "$ref": { "$ref": "#/b", "default": 1 } } }),
                json!({ "allOf": [{ "$ref": "#/a" }, { "properties": { "$ref": { "allOf": [{ "$ref": "#/b" }], "default": 1 } } }] }),
            ),
            (
                json!({ "prefixItems": [{ "type": "null" }], "items": false, "minItems": 1 }),
                json!({ "items": [{ "type": "null" }], "additionalItems": false, "minItems": 1 }),
            ),
            (json!({ "unevaluatedProperties": false }), json!({})),
            (
                json!({ "enum": ["$ref"], "const": { "$ref": 1, "x": 2 } }),
                json!({ "enum": ["$ref"], "const": { "$ref": 1, "x": 2 } }),
            ),
        ] {
            assert_eq!(draft7(&schema), wanted, "{schema}");
        }
    }
}
