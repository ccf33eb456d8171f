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

/// Visits the schemas that `value` holds as what the word says of a schema.
fn below(word: &str, value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    // Bytes are compared without calls, which counts where nothing is optimised.
    match (word.as_bytes(), value) {
        (b"properties" | b"patternProperties", Value::Object(members)) => {
            members.values_mut().for_each(visit);
        }
        (b"allOf" | b"anyOf" | b"oneOf" | b"prefixItems", Value::Array(members)) => {
            members.iter_mut().for_each(visit);
        }
        (b"items" | b"additionalProperties" | b"propertyNames" | b"not", value) => visit(value),
        _ => {}
    }
}

/// Gives every reference in a schema what `name` says of it, if it says anything.
pub(super) fn refer(schema: &mut Value, name: &dyn Fn(&str) -> Option<String>) {
    let members = schema.as_object_mut().into_iter().flatten();
    for (word, value) in members {
        if word == "$ref" {
            let named = value.as_str().and_then(name);
            if let Some(named) = named {
                *value = named.into();
            }
        } else {
            below(word, value, &mut |schema| refer(schema, name));
        }
    }
}

/// The same schema in words of draft 7; `unevaluatedProperties` has none there, and is left out.
pub(super) fn draft7(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    let (mut refers, mut is_tuple, mut is_closed) = (false, false, false);
    for (word, value) in members.iter_mut() {
        match word.as_bytes() {
            b"$ref" => refers = true,
            b"prefixItems" => is_tuple = true,
            b"unevaluatedProperties" | b"unevaluatedItems" => is_closed = true,
            _ => {}
        }
        below(word, value, &mut draft7);
    }
    if is_closed {
        members.remove("unevaluatedProperties");
        members.remove("unevaluatedItems");
    }
    if is_tuple {
        for (word, of_draft7) in [("items", "additionalItems"), ("prefixItems", "items")] {
            let value = members.remove(word);
            members.extend(value.map(|value| (of_draft7.to_owned(), value)));
        }
    }
    if refers && members.len() > 1 {
        *schema = beside_reference(std::mem::take(members));
    }
}

/// Moves a reference into `allOf` if it does not stand alone.
fn beside_reference(mut schema: Map<String, Value>) -> Value {
    let Some(reference) = schema.remove("$ref") else {
        return schema.into();
    };
    let reference = json!({ "$ref": reference });
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
            let mut said = schema.clone();
            draft7(&mut said);
            assert_eq!(said, wanted, "{schema}");
        }
    }
}
