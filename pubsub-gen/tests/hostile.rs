//! Manifests that no honest build would give: the generator answers, in bounded time, and never panics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use proptest::{prelude::*, sample::Index};
use pubsub_gen::{
    Levels, PackageAbout, artefacts, catalogue, emitted, event_types, lint, package, schemas,
};
use pubsub_runtime::Manifest;
use serde_json::{Map, Value, json};

/// Far more than any of it takes, also on a busy machine; what has no end, or grows as a power, takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

static MANIFEST: LazyLock<Value> = LazyLock::new(|| {
    let manifest = types_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    serde_json::to_value(manifest).unwrap()
});

const TEXTS: [&str; 12] = [
    "",
    "*/ export const evil = 1; /*",
    "`${process.exit()}`",
    "'\"\\",
    "a\nb\r\nc",
    "\u{2028}\u{2029}\u{85}",
    "</script><script>",
    "\u{202e}\u{2066}x\u{0}\u{1b}[31m",
    "__proto__",
    "#/$defs/Nothing",
    "@deprecated\n@internal",
    "orders:created",
];

/// One random edit.
#[derive(Debug, Clone)]
struct Edit {
    /// Which value, among all of them.
    at: Index,
    with: With,
}

#[derive(Debug, Clone)]
enum With {
    Value(Value),
    /// A copy of another value.
    Other(Index),
    /// A reference to a definition, which may hold the place itself.
    Reference(Index),
    /// Lists in lists.
    Nested(usize),
    /// An `enum` of so many values.
    Choice(usize),
    Removed,
    /// The key of a member.
    Renamed(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let text = proptest::sample::select(&TEXTS);
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{}, [], null, "a", 1])),
    ];
    let with = prop_oneof![
        4 => value.prop_map(With::Value),
        2 => any::<Index>().prop_map(With::Other),
        3 => any::<Index>().prop_map(With::Reference),
        1 => (1..300_usize).prop_map(With::Nested),
        1 => (1..3_000_usize).prop_map(With::Choice),
        2 => Just(With::Removed),
        2 => text.prop_map(With::Renamed),
    ];
    (any::<Index>(), with).prop_map(|(at, with)| Edit { at, with })
}

/// The pointers of every value inside, apart from the whole.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let mut visit = |key: &str, inner: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{here}/{key}");
        pointers(inner, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, inner)| visit(key, inner)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, inner)| visit(&index.to_string(), inner)),
        _ => {}
    }
}

fn apply(edit: &Edit, manifest: &mut Value) {
    let mut all = Vec::new();
    pointers(manifest, "", &mut all);
    if all.is_empty() {
        return;
    }
    let pointer = edit.at.get(&all).clone();
    let new = match &edit.with {
        With::Value(value) => value.clone(),
        With::Other(other) => {
            let copied = manifest
                .pointer(other.get(&all).as_str())
                .cloned()
                .unwrap_or_default();
            // Copies of copies would grow without an end.
            if copied.to_string().len() > 20_000 {
                Value::Null
            } else {
                copied
            }
        }
        With::Reference(which) => {
            let keys: Vec<_> = ["output", "input"]
                .iter()
                .filter_map(|side| manifest.pointer(&format!("/schemas/{side}"))?.as_object())
                .flat_map(Map::keys)
                .cloned()
                .collect();
            let key = if keys.is_empty() {
                "Gone"
            } else {
                which.get(&keys)
            };
            json!({ "$ref": format!("#/$defs/{key}") })
        }
        With::Nested(depth) => (0..*depth).fold(
            json!({ "type": "string" }),
            |inner, _| json!({ "type": "array", "items": inner }),
        ),
        With::Choice(count) => {
            let values: Vec<_> = (0..*count).map(|number| format!("v{number}")).collect();
            json!({ "type": "string", "enum": values })
        }
        With::Removed | With::Renamed(_) => Value::Null,
    };
    let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    match (manifest.pointer_mut(parent), &edit.with) {
        (Some(Value::Object(members)), With::Removed) => drop(members.remove(&key)),
        (Some(Value::Object(members)), With::Renamed(name)) => {
            if let Some(value) = members.remove(&key) {
                members.insert((*name).to_owned(), value);
            }
        }
        (Some(Value::Array(items)), With::Removed) => {
            if let Ok(index) = key.parse::<usize>() {
                items.remove(index);
            }
        }
        (Some(parent), _) => {
            let slot = match parent {
                Value::Object(members) => members.get_mut(&key),
                Value::Array(items) => key
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get_mut(index)),
                _ => None,
            };
            if let Some(slot) = slot {
                *slot = new;
            }
        }
        (None, _) => {}
    }
}

/// Everything the generator makes of a manifest.
fn answers(manifest: &Manifest) {
    let started = Instant::now();
    let emitted = emitted(manifest, true);
    if let Ok(emitted) = &emitted {
        for artefact in emitted {
            assert!(artefact.text.ends_with('\n'), "{}", artefact.file);
        }
    }
    if let Err(error) = &emitted {
        for mistake in error.mistakes() {
            assert!(
                !mistake.what().is_empty() && !mistake.remedies().is_empty(),
                "{mistake}"
            );
        }
    }
    let about = PackageAbout {
        name: "hostile-events".to_owned(),
        version: "1.0.0".to_owned(),
        description: None,
        license: None,
        repository: None,
    };
    match package(manifest, &about) {
        Ok(files) => assert!(!files.is_empty()),
        Err(error) => assert!(!error.mistakes().is_empty()),
    }
    assert!(schemas(manifest).ends_with('\n'));
    drop(catalogue(manifest));
    drop(lint(manifest, &Levels::default()));
    for event in &manifest.events {
        drop(event_types(manifest, &event.name));
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_a_manifest_is_answered(edits in proptest::collection::vec(edit(), 1..12)) {
        let mut manifest = MANIFEST.clone();
        for edit in &edits {
            apply(edit, &mut manifest);
        }
        if let Ok(manifest) = serde_json::from_value::<Manifest>(manifest) {
            answers(&manifest);
        }
    }

    /// Only schemas are edited, so that every case reaches the generator.
    #[test]
    fn any_edit_of_a_schema_is_answered(edits in proptest::collection::vec(edit(), 1..12)) {
        let mut manifest = MANIFEST.clone();
        let mut schemas = manifest["schemas"].take();
        for edit in &edits {
            apply(edit, &mut schemas);
        }
        manifest["schemas"] = schemas;
        for side in ["output", "input"] {
            if !manifest["schemas"][side].is_object() {
                manifest["schemas"][side] = json!({});
            }
        }
        if let Ok(manifest) = serde_json::from_value::<Manifest>(manifest) {
            answers(&manifest);
        }
    }
}

/// A manifest whose first definition is this schema.
fn with_definition(schema: impl Fn(&str) -> Value) -> Manifest {
    let mut manifest = MANIFEST.clone();
    for side in ["output", "input"] {
        let keys: Vec<String> = manifest["schemas"][side]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for key in keys {
            manifest["schemas"][side][&key] = schema(&key);
        }
    }
    serde_json::from_value(manifest).unwrap()
}

#[test]
fn references_that_lead_in_circles_end() {
    answers(&with_definition(
        |key| json!({ "$ref": format!("#/$defs/{key}") }),
    ));
    answers(&with_definition(
        |key| json!({ "allOf": [{ "$ref": format!("#/$defs/{key}") }, { "$ref": "#/$defs/Gone" }] }),
    ));
    answers(&with_definition(|key| {
        let inner = json!({ "$ref": format!("#/$defs/{key}") });
        json!({ "type": "object", "properties": { "a": inner }, "anyOf": [inner, inner], "additionalProperties": inner })
    }));
}

/// As deep as JSON is read.
#[test]
fn depth_has_an_end() {
    answers(&with_definition(|_| {
        (0..60).fold(
            json!(true),
            |inner, _| json!({ "type": "array", "items": inner }),
        )
    }));
}

/// Lists of a fixed length are typed item by item.
#[test]
fn lists_of_a_fixed_length_in_one_another_have_an_end() {
    let fixed = |inner: &Value| json!({ "type": ["array", "null"], "items": inner, "minItems": 64, "maxItems": 64 });
    let nested =
        |depth: usize| (0..depth).fold(json!({ "type": "number" }), |inner, _| fixed(&inner));
    for depth in [1, 2, 3, 40] {
        let manifest = with_definition(
            |_| json!({ "type": "object", "properties": { "id": nested(depth) }, "required": ["id"] }),
        );
        answers(&manifest);
        artefacts(&manifest).unwrap_or_else(|error| panic!("{depth}: {error}"));
    }
}

#[test]
fn width_has_an_end() {
    let values: Vec<_> = (0..5_000).map(|number| number.to_string()).collect();
    let mut manifest = MANIFEST.clone();
    for side in ["output", "input"] {
        let definitions = manifest["schemas"][side].as_object_mut().unwrap();
        if let Some(first) = definitions.values_mut().next() {
            *first = json!({ "enum": values });
        }
    }
    answers(&serde_json::from_value(manifest).unwrap());
}

/// Each definition names the next one four times.
#[test]
fn what_is_named_often_is_read_once() {
    let mut manifest = MANIFEST.clone();
    for side in ["output", "input"] {
        let definitions = manifest["schemas"][side].as_object_mut().unwrap();
        let first: Vec<String> = definitions.keys().cloned().collect();
        for key in first {
            definitions.insert(key, json!({ "$ref": "#/$defs/L0" }));
        }
        for level in 0..60 {
            let next = json!({ "$ref": format!("#/$defs/L{}", level + 1) });
            definitions.insert(
                format!("L{level}"),
                json!({ "type": "object", "properties": { "a": next, "b": next }, "allOf": [next, next] }),
            );
        }
        definitions.insert("L60".to_owned(), json!({ "type": "object" }));
    }
    answers(&serde_json::from_value(manifest).unwrap());
}

/// A manifest with a map in every place, whose keys are what `K0` says.
fn with_keys(definitions: &Value) -> Manifest {
    let mut manifest = MANIFEST.clone();
    for side in ["output", "input"] {
        let known = manifest["schemas"][side].as_object_mut().unwrap();
        for definition in known.values_mut() {
            *definition = json!({
                "type": "object",
                "additionalProperties": { "type": "integer" },
                "x-keys": { "$ref": "#/$defs/K0" },
            });
        }
        known.extend(definitions.as_object().unwrap().clone());
    }
    serde_json::from_value(manifest).unwrap()
}

#[test]
fn keys_of_maps_end() {
    let text = json!({ "type": "string" });
    let circle = json!({ "K0": { "anyOf": [{ "$ref": "#/$defs/K0" }, text] } });
    let mut doubled = json!({ "K60": text });
    for level in 0..60 {
        let next = json!({ "$ref": format!("#/$defs/K{}", level + 1) });
        doubled[format!("K{level}")] = json!({ "anyOf": [next, next] });
    }
    for definitions in [circle, doubled] {
        let manifest = with_keys(&definitions);
        answers(&manifest);
        let error = artefacts(&manifest).unwrap_err().to_string();
        let said = "the keys of this map are types that contain themselves";
        assert!(error.contains(said), "{error}");
    }
}

/// A manifest whose every definition is `schema`, beside those that double: `level` makes one of two references to the next.
fn doubled(schema: &Value, level: impl Fn(&Value) -> Value) -> Manifest {
    let mut manifest = MANIFEST.clone();
    for side in ["output", "input"] {
        let known = manifest["schemas"][side].as_object_mut().unwrap();
        for definition in known.values_mut() {
            *definition = schema.clone();
        }
        for number in 0..60 {
            let next = json!({ "$ref": format!("#/$defs/F{}", number + 1) });
            known.insert(format!("F{number}"), level(&next));
        }
        let last = json!({
            "type": "object",
            "properties": { "last": { "type": "string" } },
            "required": ["last"],
        });
        known.insert("F60".to_owned(), last);
    }
    serde_json::from_value(manifest).unwrap()
}

#[test]
fn what_is_flattened_ends() {
    let first = json!({ "$ref": "#/$defs/F0" });
    let flat = |schema: &Value| json!({ "$ref": schema["$ref"], "x-flatten": true });
    let flattened = json!({
        "type": "object",
        "properties": { "...rest": flat(&first) },
        "required": ["...rest"],
    });
    let tagged = json!({ "oneOf": [{
        "type": "object",
        "properties": { "kind": { "type": "string", "const": "some" } },
        "required": ["kind"],
        "allOf": [first],
    }]});
    let either = |next: &Value| json!({ "anyOf": [next, next] });
    let twice = |next: &Value| {
        json!({
            "type": "object",
            "properties": { "...one": flat(next), "...two": flat(next) },
            "required": ["...one", "...two"],
        })
    };
    let itself = |_: &Value| json!({ "type": "object", "properties": { "...rest": flat(&first) }, "required": ["...rest"] });
    for manifest in [
        doubled(&flattened, either),
        doubled(&tagged, either),
        doubled(&flattened, twice),
        doubled(&flattened, itself),
    ] {
        answers(&manifest);
        let error = artefacts(&manifest).unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("is flattened into itself, without end"),
            "{said}"
        );
    }
}
