//! What stands behind another name, where the attributes do not see it: maps, whose schemas do not say what their keys are, and
//! JSON as text, whose schema is that of any JSON.
//!
//! The compiler calls every type by its own name, whatever it was called where it was written.

use std::{any::type_name, cell::RefCell, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, transform::Transform};
use serde_json::{Value, json};

/// What the key of a map is called of which nothing else is known.
const UNSEEN: &str = "x-unseen-map";

/// Whether a type holds JSON as text, which serde does not read everywhere.
const RAW: &str = "x-raw";

/// The schema of `T`, with what its name says of the maps and the JSON in it.
///
/// What the keys are stands under `x-keys` if the attribute of the key wrote its schema; else stands under `x-unseen-map` what
/// they are called, which the generator refuses.
pub(super) fn schema_of<T: JsonSchema + ?Sized>(generator: &mut SchemaGenerator) -> Schema {
    seen(
        generator,
        type_name::<T>(),
        SchemaGenerator::subschema_for::<T>,
    )
}

/// One function for all types.
fn seen(
    generator: &mut SchemaGenerator,
    name: &'static str,
    schema_of: fn(&mut SchemaGenerator) -> Schema,
) -> Schema {
    let mut schema = schema_of(generator);
    add(&mut schema, name);
    schema
}

/// Says of a field's schema what the name of its type says of the maps and the JSON in it.
#[derive(Debug)]
pub struct Unseen(pub fn() -> &'static str);

impl Transform for Unseen {
    fn transform(&mut self, schema: &mut Schema) {
        add(schema, (self.0)());
    }
}

fn add(schema: &mut Schema, name: &'static str) {
    add_keys(schema, name);
    if name.contains("serde_json::raw::RawValue") {
        schema.insert(RAW.to_owned(), true.into());
    }
}

fn add_keys(schema: &mut Schema, name: &'static str) {
    let Some(key) = unseen_key(name) else {
        return;
    };
    let described = DESCRIBED.with_borrow(|described| described.get(key).cloned());
    let keys = described.or_else(|| keys_called(key));
    match (keys, map_in(schema.ensure_object(), name, key)) {
        (Some(keys), Some(map)) => map.insert("x-keys".to_owned(), keys),
        _ => schema.insert(UNSEEN.to_owned(), key.into()),
    };
}

thread_local! {
    /// What the attributes wrote last of types that may be keys, by the names of the types.
    static DESCRIBED: RefCell<BTreeMap<&'static str, Value>> = const { RefCell::new(BTreeMap::new()) };
}

/// Keeps the schema that an attribute wrote, if it may be that of a key: the schema of a map is made from it right after, and
/// forgets it.
pub(super) fn keep<T: ?Sized>(schema: &Schema) {
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        let schema = schema.clone().to_value();
        DESCRIBED.with_borrow_mut(|described| described.insert(type_name::<T>(), schema));
    }
}

const MAPS: [&str; 3] = ["BTreeMap", "HashMap", "IndexMap"];

/// Whether the schema of a map tells what such a key is.
pub(super) fn is_known_key(name: &str) -> bool {
    const KNOWN: [&str; 15] = [
        "alloc::string::String",
        "i128",
        "i16",
        "i32",
        "i64",
        "i8",
        "isize",
        "str",
        "u128",
        "u16",
        "u32",
        "u64",
        "u8",
        "usize",
        "uuid::Uuid",
    ];
    KNOWN.contains(&name.trim_start_matches('&'))
}

/// As [`is_known_key`], or text of a kind that the schema of a map does not say.
fn is_plain_key(name: &str) -> bool {
    const TEXTS: [&str; 6] = [
        "char",
        "chrono::",
        "core::net::",
        "core::num::nonzero::",
        "std::path::PathBuf",
        "url::Url",
    ];
    if is_known_key(name) || TEXTS.iter().any(|text| name.starts_with(text)) {
        return true;
    }
    let (path, arguments) = parts(name);
    POINTERS.contains(&last(path)) && first(arguments).is_some_and(|(inner, _)| is_plain_key(inner))
}

const POINTERS: [&str; 4] = ["Arc", "Box", "Cow", "Rc"];

/// The first key in a type's name that no schema says anything of.
fn unseen_key(name: &'static str) -> Option<&'static str> {
    let mut rest = name;
    while let Some(at) = rest.find("Map<") {
        let path = rest.get(..at + "Map".len())?;
        rest = rest.get(at + "Map<".len()..)?;
        if MAPS.contains(&last(path))
            && let Some((key, _)) = first(rest)
            && !is_plain_key(key)
        {
            return Some(key);
        }
    }
    None
}

/// What keys are by their names alone.
fn keys_called(key: &str) -> Option<Value> {
    let is_list = (key.starts_with('(') && key != "()")
        || key.starts_with('[')
        || key.starts_with("alloc::vec::Vec<");
    match key {
        "bool" => Some(json!({ "type": "boolean" })),
        _ if is_list => Some(json!({ "type": "array" })),
        _ => None,
    }
}

/// The schema of the map with these keys, if it is all that stands in this one, or in a list.
fn map_in<'s>(
    schema: &'s mut serde_json::Map<String, Value>,
    name: &'static str,
    key: &str,
) -> Option<&'s mut serde_json::Map<String, Value>> {
    let (path, arguments) = parts(name);
    let (inner, rest) = first(arguments)?;
    match last(path) {
        "Option" => map_in(schema, inner, key),
        pointer if POINTERS.contains(&pointer) => map_in(schema, inner, key),
        "Vec" | "VecDeque" => map_in(schema.get_mut("items")?.as_object_mut()?, inner, key),
        map if map == "Map" || MAPS.contains(&map) && is_known_key(inner) => {
            let (value, _) = first(rest)?;
            let values = schema.get_mut("additionalProperties")?;
            map_in(values.as_object_mut()?, value.trim_start(), key)
        }
        map if MAPS.contains(&map) => {
            (inner == key && unseen_key(rest).is_none()).then_some(schema)
        }
        _ => None,
    }
}

/// `alloc::vec::Vec<u8>`: the path, and what stands behind `<`.
fn parts(name: &str) -> (&str, &str) {
    let (path, arguments) = name.split_once('<').unwrap_or((name, ""));
    // The `<` of a tuple or list is that of something in it.
    if path.starts_with(['(', '[']) {
        return (name, "");
    }
    (path, arguments)
}

/// The last segment of a path, which may stand behind the rest of a name.
fn last(path: &str) -> &str {
    let is_outside = |character: char| !(character.is_alphanumeric() || character == '_');
    path.rsplit(is_outside).next().unwrap_or(path)
}

/// The first of several arguments, and what stands behind it.
fn first(arguments: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, character) in arguments.char_indices() {
        match character {
            ',' if depth == 0 => return Some((arguments.get(..at)?, arguments.get(at + 1..)?)),
            '<' | '(' | '[' => depth += 1,
            // The arrow of a fn.
            '>' if before == '-' => {}
            '>' | ')' | ']' => match depth.checked_sub(1) {
                Some(left) => depth = left,
                None => return Some((arguments.get(..at)?, "")),
            },
            _ => {}
        }
        before = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::value::RawValue;

    use super::*;

    fn key<T>() -> Option<&'static str> {
        unseen_key(type_name::<T>())
    }

    #[test]
    fn the_keys_of_maps_are_found_by_the_names_of_types() {
        assert_eq!(key::<BTreeMap<(u8, [u8; 2]), u8>>(), Some("(u8, [u8; 2])"));
        assert_eq!(
            key::<Vec<(u8, Option<HashMap<BTreeMap<bool, u8>, u8>>)>>(),
            Some("alloc::collections::btree::map::BTreeMap<bool, u8>")
        );
        assert_eq!(
            key::<BTreeMap<String, HashMap<fn() -> Vec<u8>, u8>>>(),
            Some("fn() -> alloc::vec::Vec<u8>")
        );
        for plain in [
            key::<BTreeMap<String, u8>>(),
            key::<HashMap<&str, BTreeMap<u128, Vec<u8>>>>(),
            key::<BTreeMap<Box<str>, u8>>(),
            key::<BTreeMap<std::num::NonZeroU8, char>>(),
            key::<serde_json::Map<String, Value>>(),
        ] {
            assert_eq!(plain, None);
        }
    }

    fn schema<T: JsonSchema>() -> Value {
        schema_of::<T>(&mut SchemaGenerator::default()).to_value()
    }

    #[test]
    fn keys_are_said_where_the_map_stands() {
        let bools = json!({ "type": "boolean" });
        assert_eq!(schema::<Box<BTreeMap<bool, u8>>>()["x-keys"], bools);
        assert_eq!(schema::<Option<BTreeMap<bool, u8>>>()["x-keys"], bools);
        assert_eq!(
            schema::<Vec<BTreeMap<bool, u8>>>()["items"]["x-keys"],
            bools
        );
        let lists = schema::<BTreeMap<(u8, u8), u8>>();
        assert_eq!(lists["x-keys"], json!({ "type": "array" }));
        let inner = schema::<BTreeMap<String, BTreeMap<bool, u8>>>();
        assert_eq!(inner["additionalProperties"]["x-keys"], bools);
    }

    #[test]
    fn json_as_text_is_told_from_any_other() {
        let said = |name| {
            let mut schema = Schema::default();
            add(&mut schema, name);
            schema.get(RAW).cloned()
        };
        assert_eq!(said(type_name::<Vec<Box<RawValue>>>()), Some(true.into()));
        assert_eq!(said(type_name::<Vec<Value>>()), None);
    }

    #[test]
    fn keys_that_are_not_known_are_named() {
        let inner = schema::<BTreeMap<bool, BTreeMap<(u8, u8), u8>>>();
        assert_eq!(inner[UNSEEN], "bool");
        for within in [
            schema::<(u8, BTreeMap<bool, u8>)>(),
            schema::<[BTreeMap<bool, u8>; 2]>(),
        ] {
            assert_eq!(within[UNSEEN], "bool");
            assert!(within.get("x-keys").is_none());
        }
        assert_eq!(
            schema::<BTreeMap<Option<u8>, u8>>()[UNSEEN],
            "core::option::Option<u8>"
        );
        assert!(schema::<BTreeMap<u8, u8>>().get(UNSEEN).is_none());
    }
}
