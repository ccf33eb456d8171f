//! Rules about single schemas and shapes.

use serde_json::{Map, Value};

use super::{Docs, Field, Object, Shape};
use crate::words::{Word, Words};

/// The words of scalars and lists; beside a tag they show that a variant holds no object.
const NOT_OF_OBJECTS: [Word; 10] = [
    Word::Format,
    Word::Minimum,
    Word::Maximum,
    Word::Pattern,
    Word::MinLength,
    Word::Items,
    Word::PrefixItems,
    Word::MinItems,
    Word::UniqueItems,
    Word::Enum,
];

/// The variant's name, if the schema is that of an internally tagged variant around a scalar or a list.
///
/// schemars overwrites the inner `type` with `object`, so only the other words of the inner type are left to see.
pub(super) fn tagged_scalar(schema: &Words<'_>) -> Option<String> {
    let is_object = schema.text(Word::Type) == Some("object");
    let holds_other = || NOT_OF_OBJECTS.iter().any(|word| schema.has(*word));
    (is_object && holds_other())
        .then(|| tag_value(schema.schema()))
        .flatten()
}

/// The name of the first member with a constant: where a tagged variant says its name.
pub(crate) fn tag_name(schema: &Map<String, Value>) -> Option<&str> {
    let properties = schema.get("properties")?.as_object()?;
    properties
        .iter()
        .find(|(_, property)| property.get("const").is_some_and(Value::is_string))
        .map(|(name, _)| name.as_str())
}

/// The value of the first member with a constant: the name of a tagged variant.
pub(super) fn tag_value(schema: &Map<String, Value>) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    properties
        .values()
        .find_map(|property| property.get("const")?.as_str())
        .map(str::to_owned)
}

/// The name of a variant, tagged inside or outside.
pub(super) fn tag_value_of(schema: &Value) -> Option<String> {
    let schema = schema.as_object()?;
    tag_value(schema).or_else(|| {
        let properties = schema.get("properties")?.as_object()?;
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        match (properties.len(), closed) {
            (1, true) => properties.keys().next().cloned(),
            _ => None,
        }
    })
}

/// Whether the schema accepts everything.
pub(super) fn is_anything(schema: &Value) -> bool {
    matches!(schema, Value::Bool(true)) || schema.as_object().is_some_and(Map::is_empty)
}

/// Whether the schema is that of a scalar or a list.
pub(super) fn is_scalar(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(word)) => word != "object" && word != "null",
        _ => match schema.get("oneOf").and_then(Value::as_array) {
            Some(variants) => !variants.is_empty() && variants.iter().all(is_scalar),
            None => schema.get("enum").is_some(),
        },
    }
}

/// Whether `null` is one of several things that the schema allows, as of an `Option`: whether [`without_null_in`] finds it.
pub(crate) fn is_nullable(schema: &Words<'_>) -> bool {
    match (schema.list(Word::AnyOf), schema.list(Word::Type)) {
        ([_, null], _) if is_null(null) => true,
        (_, types) => {
            let nulls = types.iter().filter(|word| **word == "null").count();
            nulls > 0 && nulls < types.len()
        }
    }
}

/// The variants of an enum that serde reads out of all members at once: one without tags, or with its tag inside.
pub(crate) fn variants_kept(schema: &Value) -> &[Value] {
    let Some(said) = Words::of_value(schema) else {
        return &[];
    };
    let (any, one) = (said.list(Word::AnyOf), said.list(Word::OneOf));
    let has_tag = |variant: &Value| variant.as_object().and_then(tag_name).is_some();
    if !any.is_empty() && !is_nullable(&said) {
        any
    } else if !said.has(Word::Content) && one.iter().any(has_tag) {
        one
    } else {
        &[]
    }
}

/// Whether serde refuses every member that it does not know, all of them if the type holds nothing.
pub(crate) fn knows_its_members(schema: &Value) -> bool {
    is_null(schema) || schema.get("additionalProperties") == Some(&Value::Bool(false))
}

/// Whether the schema is that of `null` alone.
pub(crate) fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The schema without `null`, if `null` is one of several things it allows, as of an `Option`.
pub(crate) fn without_null_in(schema: &Value) -> Option<Value> {
    let object = schema.as_object()?;
    if let Some(Value::Array(members)) = object.get("anyOf")
        && let [one, null] = members.as_slice()
        && is_null(null)
    {
        let mut inner = one.clone();
        // What else is said stands beside the alternatives.
        if let Some(inner) = inner.as_object_mut() {
            for (word, value) in object {
                if word != "anyOf" {
                    inner.entry(word).or_insert_with(|| value.clone());
                }
            }
        }
        return Some(inner);
    }
    let types = object.get("type")?.as_array()?;
    let others: Vec<&Value> = types.iter().filter(|word| *word != "null").collect();
    if others.len() == types.len() || others.is_empty() {
        return None;
    }
    let mut inner = object.clone();
    let one = match others.as_slice() {
        [one] => (*one).clone(),
        others => others.iter().copied().cloned().collect(),
    };
    inner.insert("type".to_owned(), one);
    if let Some(Value::Array(values)) = inner.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    Some(Value::Object(inner))
}

/// Whether the schema is that of a struct without members.
pub(super) fn is_memberless(schema: &Value) -> bool {
    let words = [
        "properties",
        "additionalProperties",
        "unevaluatedProperties",
        "patternProperties",
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "x-tag",
    ];
    schema.get("type").and_then(Value::as_str) == Some("object")
        && words
            .iter()
            .all(|word| matches!(schema.get(*word), None | Some(Value::Bool(false))))
}

/// The key of a definition, out of the JSON pointer in a URI fragment; `None` if it is no UTF-8.
#[doc(hidden)]
pub fn decode_pointer(encoded: &str) -> Option<String> {
    let pointer = percent_encoding::percent_decode_str(encoded)
        .decode_utf8()
        .ok()?;
    if pointer.contains('~') {
        return Some(pointer.replace("~1", "/").replace("~0", "~"));
    }
    Some(pointer.into_owned())
}

/// All of `parts` at once; plain objects are joined into one.
pub(super) fn both(parts: Vec<Shape>) -> Shape {
    let mut others: Vec<Shape> = Vec::new();
    let mut joined: Option<Object> = None;
    let mut add = |part: Shape| match part {
        Shape::Unknown => {}
        Shape::Object(object) => {
            let joined = joined.get_or_insert_default();
            for field in object.fields {
                joined.fields.retain(|known| known.name != field.name);
                joined.fields.push(field);
            }
            joined.rest = joined.rest.take().or(object.rest);
        }
        other => {
            if !others.contains(&other) {
                others.push(other);
            }
        }
    };
    for part in parts {
        match part {
            Shape::Both(inner) => inner.into_iter().for_each(&mut add),
            other => add(other),
        }
    }
    if let Some(mut object) = joined {
        object.fields.sort_by_key(|field| !field.is_tag());
        if !others.is_empty() {
            // Members of the other parts are not known here, so nothing narrower can be said of the rest.
            if let Some(rest) = &mut object.rest {
                *rest.shape = Shape::Unknown;
            }
        }
        let object = Shape::Object(object);
        if others.is_empty() || !object.is_empty_object() {
            others.insert(0, object);
        }
    }
    match others.len() {
        0 => Shape::Unknown,
        1 => others.remove(0),
        _ => Shape::Both(others),
    }
}

/// The shape without `null`.
pub(super) fn without_null(shape: Shape) -> Shape {
    match shape {
        Shape::Union(members) => {
            Shape::union(members.into_iter().filter(|member| *member != Shape::Null))
        }
        other => other,
    }
}

/// Turns every string of an inline shape into the text of an integer.
pub(super) fn text_to_integer(shape: &mut Shape) {
    match shape {
        Shape::Text => *shape = Shape::Integer,
        Shape::List(item) => text_to_integer(item),
        Shape::Tuple { items, .. } | Shape::Union(items) | Shape::Both(items) => {
            items.iter_mut().for_each(text_to_integer);
        }
        Shape::Object(Object {
            rest: Some(rest), ..
        }) => text_to_integer(&mut rest.shape),
        _ => {}
    }
}

/// Puts what is said of a variant on the member that names it.
pub(super) fn describe_variant(shape: &mut Shape, docs: Docs) {
    if docs == Docs::default() {
        return;
    }
    let object = match shape {
        Shape::Object(object) => object,
        Shape::Both(parts) => match parts.first_mut() {
            Some(Shape::Object(object)) => object,
            _ => return,
        },
        _ => return,
    };
    let tag = object.fields.iter().position(Field::is_tag).unwrap_or(0);
    if let Some(field) = object.fields.get_mut(tag)
        && field.docs == Docs::default()
    {
        field.docs = docs;
    }
}
