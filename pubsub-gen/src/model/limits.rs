//! The limits a schema sets, as tags of a documentation comment.

use serde_json::Value;

use super::{Direction, Docs, read::docs_of};
use crate::words::{Word, Words};

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
const TOLD: [(Word, &str); 12] = [
    (Word::Minimum, "minimum"),
    (Word::ExclusiveMinimum, "exclusiveMinimum"),
    (Word::Maximum, "maximum"),
    (Word::ExclusiveMaximum, "exclusiveMaximum"),
    (Word::MultipleOf, "multipleOf"),
    (Word::MinLength, "minLength"),
    (Word::MaxLength, "maxLength"),
    (Word::Pattern, "pattern"),
    (Word::Format, "format"),
    (Word::MinItems, "minItems"),
    (Word::MaxItems, "maxItems"),
    (Word::UniqueItems, "uniqueItems"),
];

/// What is said of a schema, with its limits.
pub(super) fn docs_with_limits(schema: &Words<'_>, direction: Direction) -> Docs {
    let mut docs = docs_of(schema);
    let mut tags = Vec::new();
    for (word, name) in TOLD {
        let Some(value) = schema.get(word) else {
            continue;
        };
        if !is_of_type(schema, word, value) {
            tags.push(match value {
                Value::Bool(true) => format!("@{name}"),
                Value::String(text) => format!("@{name} {}", text.escape_debug()),
                other => format!("@{name} {other}"),
            });
        }
    }
    // What is written always holds a value; what may be left out has to say what is taken instead.
    if let (Direction::Input, Some(default)) = (direction, schema.get(Word::Default))
        && !default.is_null()
    {
        tags.push(format!("@default {default}"));
    }
    let examples = schema.list(Word::Examples);
    tags.extend(examples.iter().map(|example| format!("@example {example}")));
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
fn is_of_type(schema: &Words<'_>, word: Word, value: &Value) -> bool {
    let of_type = || {
        let format = schema.text(Word::Format)?;
        OF_TYPES.iter().find(|(name, _, _)| *name == format)
    };
    let is_text = || match schema.get(Word::Type) {
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
        _ => false,
    };
    match word {
        Word::Minimum => of_type().is_some_and(|(_, min, _)| value.as_i64() == *min),
        Word::Maximum => {
            of_type().is_some_and(|(_, _, max)| max.is_some() && value.as_i64() == *max)
        }
        // Of a number it is the name of a Rust type.
        Word::Format => !is_text(),
        // A tuple shows how many items it has.
        Word::MinItems | Word::MaxItems => {
            schema.get(Word::MinItems) == schema.get(Word::MaxItems) || value.as_u64() == Some(0)
        }
        Word::Pattern => value.as_str().is_none_or(|pattern| pattern.len() > 200),
        _ => false,
    }
}
