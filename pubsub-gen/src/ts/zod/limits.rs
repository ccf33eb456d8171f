//! What a schema says beyond the type: ranges, lengths and formats.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::{json::INTEGERS, model::ordered};

/// The largest integer that a number of JavaScript holds exactly.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// The longest text that a length is checked for, in characters: the length stands in a regular expression.
const MAX_LENGTH: u64 = 65_535;

fn words(raw: Option<&Value>) -> Option<&Map<String, Value>> {
    raw.and_then(Value::as_object)
}

/// A number; an integer where the schema says so. One that JavaScript cannot hold has been rounded, and is refused.
pub(super) fn number(z: &str, raw: Option<&Value>) -> String {
    let Some(schema) = words(raw) else {
        return format!("{z}.number()");
    };
    let integer = match schema.get("type") {
        Some(Value::String(word)) => word == "integer",
        Some(Value::Array(words)) => words.iter().any(|word| word == "integer"),
        _ => false,
    };
    let format = schema.get("format").and_then(Value::as_str);
    let mut text = match format {
        Some("int32") if integer => format!("{z}.int32()"),
        Some("uint32") if integer => format!("{z}.uint32()"),
        _ if integer => format!("{z}.int()"),
        _ => format!("{z}.number()"),
    };
    for (word, method) in [
        ("minimum", "min"),
        ("maximum", "max"),
        ("exclusiveMinimum", "gt"),
        ("exclusiveMaximum", "lt"),
    ] {
        if let Some(bound) = schema.get(word).and_then(Value::as_number)
            && bound.as_f64().is_some_and(|bound| bound.abs() <= MAX_SAFE)
            && !(integer
                && format == Some("uint32")
                && word == "minimum"
                && bound.as_u64() == Some(0))
        {
            let _ = write!(text, ".{method}({bound})");
        }
    }
    text
}

/// What the text of an integer has to be, as arguments: its pattern, and the most characters it has.
///
/// Only a pattern of ours is taken: any other could end the regular expression.
pub(super) fn integer(raw: Option<&Value>) -> String {
    let word = |word: &str| words(raw)?.get(word);
    let pattern = word("pattern").and_then(Value::as_str);
    let Some(pattern) = pattern.filter(|pattern| INTEGERS.contains(pattern)) else {
        return String::new();
    };
    match word("maxLength").and_then(Value::as_u64) {
        Some(most) => format!("/{pattern}/, {most}"),
        None => format!("/{pattern}/"),
    }
}

/// A text, of a format that zod knows and judges as serde does.
pub(super) fn text(z: &str, raw: Option<&Value>) -> String {
    let Some(schema) = words(raw) else {
        return format!("{z}.string()");
    };
    let format = match schema.get("format").and_then(Value::as_str) {
        Some("date") => "iso.date()",
        Some("date-time") => "iso.datetime({ offset: true })",
        Some("email") => "email()",
        Some("ip") => return format!("{z}.union([{z}.ipv4(), {z}.ipv6()])"),
        Some("ipv4") => "ipv4()",
        Some("ipv6") => "ipv6()",
        Some("uri") => "url()",
        // Of any version and variant.
        Some("uuid") => "guid()",
        _ => "string()",
    };
    let mut text = format!("{z}.{format}");
    // JavaScript counts halves of characters; a regular expression with `u` counts characters, as serde and JSON Schema do.
    let length = |word: &str| {
        let length = schema.get(word).and_then(Value::as_u64);
        length.filter(|length| *length <= MAX_LENGTH)
    };
    match (length("minLength"), length("maxLength")) {
        (None, None) => {}
        (Some(least), None) => {
            let _ = write!(text, ".regex(/^.{{{least},}}$/su)");
        }
        (least, Some(most)) => {
            let _ = write!(text, ".regex(/^.{{{},{most}}}$/su)", least.unwrap_or(0));
        }
    }
    text
}

/// What a list may be long, as methods.
pub(super) fn list(raw: Option<&Value>) -> String {
    let mut text = String::new();
    for (word, method) in [("minItems", "min"), ("maxItems", "max")] {
        if let Some(bound) = words(raw).and_then(|schema| schema.get(word)?.as_u64()) {
            let _ = write!(text, ".{method}({bound})");
        }
    }
    text
}

/// The schema of a member.
pub(super) fn member<'a>(raw: Option<&'a Value>, name: &str) -> Option<&'a Value> {
    words(raw)?.get("properties")?.get(name)
}

/// The schema of the members whose names are not known.
pub(super) fn rest(raw: Option<&Value>) -> Option<&Value> {
    words(raw)?.get("additionalProperties")
}

/// The schema of an item of a list or of a tuple.
pub(super) fn item(raw: Option<&Value>, index: usize) -> Option<&Value> {
    let schema = words(raw)?;
    match schema.get("prefixItems") {
        Some(items) => items.get(index),
        None => schema.get("items"),
    }
}

/// The schema of one alternative: of `null` and one other the other's, else those that stand in the schema's own list.
pub(super) fn alternative(raw: Option<&Value>, index: usize, count: usize) -> Option<&Value> {
    let schema = words(raw)?;
    if schema.get("type").is_some_and(Value::is_array) {
        return raw;
    }
    let word = ["oneOf", "anyOf"]
        .into_iter()
        .find(|word| schema.get(*word).is_some_and(Value::is_array))?;
    let listed = ordered(schema, word);
    // One that is several itself stands there as these, and what is there twice stands there once.
    let is_one = listed
        .iter()
        .all(|one| one.word.is_some() || !is_several(one.schema));
    (is_one && listed.len() == count)
        .then(|| listed.get(index).map(|one| one.schema))
        .flatten()
}

/// Whether a schema may be read as several alternatives.
fn is_several(schema: &Value) -> bool {
    let has = |word: &str| schema.get(word).is_some_and(Value::is_array);
    has("type") || has("enum") || (!has_members(schema) && (has("oneOf") || has("anyOf")))
}

fn has_members(schema: &Value) -> bool {
    let members = schema.get("properties").and_then(Value::as_object);
    members.is_some_and(|members| !members.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_bound_of_a_number_is_said() {
        for (schema, said) in [
            (
                json!({ "type": "integer", "format": "uint32", "minimum": 0 }),
                "z.uint32()",
            ),
            (
                json!({ "type": "integer", "format": "uint32", "minimum": 0, "exclusiveMinimum": 0, "exclusiveMaximum": 10 }),
                "z.uint32().gt(0).lt(10)",
            ),
            (
                json!({ "type": ["integer", "null"], "format": "uint32", "minimum": 1, "maximum": 5 }),
                "z.uint32().min(1).max(5)",
            ),
            (
                json!({ "type": "integer", "format": "int32", "minimum": 0 }),
                "z.int32().min(0)",
            ),
            (
                json!({ "type": "integer", "format": "uint8", "minimum": 0, "maximum": 255 }),
                "z.int().min(0).max(255)",
            ),
            (
                json!({ "type": "integer", "format": "uint64", "minimum": 0, "maximum": u64::MAX }),
                "z.int().min(0)",
            ),
            (
                json!({ "type": "number", "format": "double", "exclusiveMinimum": 0.5 }),
                "z.number().gt(0.5)",
            ),
        ] {
            assert_eq!(number("z", Some(&schema)), said, "{schema}");
        }
    }

    #[test]
    fn only_patterns_of_integers_are_taken_over() {
        let said = |schema: Value| integer(Some(&schema));
        assert_eq!(
            said(json!({ "pattern": "^(0|[1-9][0-9]*)$", "maxLength": 20 })),
            "/^(0|[1-9][0-9]*)$/, 20"
        );
        assert_eq!(
            said(json!({ "pattern": "^[1-9][0-9]*$" })),
            "/^[1-9][0-9]*$/"
        );
        assert_eq!(
            said(json!({ "pattern": "/; evil(); /", "maxLength": 5 })),
            ""
        );
        assert_eq!(integer(None), "");
    }

    #[test]
    fn alternatives_are_paired_only_where_each_is_one() {
        let schema = json!({ "oneOf": [
            { "type": "string", "enum": ["b", "d"] },
            { "type": "object", "properties": { "a": {} }, "additionalProperties": false },
        ], "x-order": ["b", "a", "d"] });
        let pointer = |index| alternative(Some(&schema), index, 3);
        assert_eq!(pointer(1), schema.pointer("/oneOf/1"));
        assert_eq!(pointer(2), schema.pointer("/oneOf/0"));
        // The first two are one shape, and the last is two.
        let several = json!({ "anyOf": [
            { "type": "integer", "format": "uint8" },
            { "type": "integer", "format": "uint16" },
            { "type": ["string", "null"] },
        ]});
        assert_eq!(alternative(Some(&several), 0, 3), None);
    }
}
