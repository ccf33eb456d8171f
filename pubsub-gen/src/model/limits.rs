//! The limits a schema sets, as tags of a documentation comment.

use serde_json::Value;

use super::{Direction, Docs, read::docs};

/// Limits that a number's Rust type sets by itself: they say no more than its name does.
const OF_TYPES: [(&str, Option<i64>, Option<i64>); 8] = [
    ("int8", Some(-128), Some(127)),
    ("int16", Some(-32_768), Some(32_767)),
    ("uint8", Some(0), Some(255)),
    ("uint16", Some(0), Some(65_535)),
    ("uint32", Some(0), None),
    ("uint64", Some(0), None),
    ("uint128", Some(0), None),
    ("uint", Some(0), None),
];

/// The words that are told as they are, in this order.
const TOLD: [&str; 12] = [
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// What is said of a schema, with its limits.
pub(super) fn docs_with_limits(schema: &Value, direction: Direction) -> Docs {
    let mut docs = docs(schema);
    let words = schema.as_object().into_iter().flatten();
    let mut told: Vec<_> = words
        .filter_map(|(word, value)| Some((TOLD.iter().position(|told| told == word)?, value)))
        .collect();
    told.sort_unstable_by_key(|(place, _)| *place);
    let mut tags: Vec<String> = told
        .into_iter()
        .map(|(place, value)| (TOLD[place], value))
        .filter(|(word, value)| !is_of_type(schema, word, value))
        .map(|(word, value)| match value {
            Value::Bool(true) => format!("@{word}"),
            Value::String(text) => format!("@{word} {}", text.escape_debug()),
            other => format!("@{word} {other}"),
        })
        .collect();
    // What is written always holds a value; what may be left out has to say what is taken instead.
    if let (Direction::Input, Some(default)) = (direction, schema.get("default"))
        && !default.is_null()
    {
        tags.push(format!("@default {default}"));
    }
    let examples = schema.get("examples").and_then(Value::as_array);
    tags.extend(
        examples
            .into_iter()
            .flatten()
            .map(|example| format!("@example {example}")),
    );
    if !tags.is_empty() {
        let mut text = docs.text.trim().to_owned();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&tags.join("\n"));
        docs.text = text;
    }
    docs
}

/// Whether the type that clients see, or the name of the Rust type, says it already.
fn is_of_type(schema: &Value, word: &str, value: &Value) -> bool {
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_text = match schema.get("type") {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        _ => false,
    };
    let of_type = OF_TYPES.iter().find(|(name, _, _)| *name == format);
    match word {
        "minimum" => of_type.is_some_and(|(_, min, _)| value.as_i64() == *min),
        "maximum" => of_type.is_some_and(|(_, _, max)| max.is_some() && value.as_i64() == *max),
        // Of a number it is the name of a Rust type.
        "format" => !is_text,
        // A tuple shows how many items it has.
        "minItems" | "maxItems" => {
            schema.get("minItems") == schema.get("maxItems") || value.as_u64() == Some(0)
        }
        "pattern" => value.as_str().is_none_or(|pattern| pattern.len() > 200),
        _ => false,
    }
}
