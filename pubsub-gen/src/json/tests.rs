//! What the JSON artefacts say of names that are not plain ASCII.

use pubsub_runtime::model;
use serde_json::Value;

use crate::{artefacts::artefacts, testing::manifest_of};

/// Every reference inside leads somewhere in `document`; how many there are.
fn followed(value: &Value, document: &Value) -> usize {
    match value {
        Value::Object(members) => {
            let here = members
                .get("$ref")
                .and_then(Value::as_str)
                .map(|reference| {
                    let pointer = crate::model::decode_pointer(&reference[1..]).unwrap();
                    assert!(reference.is_ascii(), "{reference}");
                    assert!(document.pointer(&pointer).is_some(), "{reference}");
                });
            let inner = members.values().map(|member| followed(member, document));
            here.iter().count() + inner.sum::<usize>()
        }
        Value::Array(items) => items.iter().map(|item| followed(item, document)).sum(),
        _ => 0,
    }
}

#[test]
fn references_to_names_beyond_ascii_lead_to_them() {
    #[model]
    struct Größe {
        breite: u8,
    }
    #[model]
    struct T {
        größe: Größe,
        #[serde(flatten)]
        maß: Größe,
    }
    let artefacts = artefacts(&manifest_of::<T>("c:e")).unwrap();
    let document = |file: &str| -> Value {
        let mut found = artefacts.iter().filter(|artefact| artefact.file == file);
        serde_json::from_str(&found.next().unwrap().text).unwrap()
    };
    let schemas = document("events-schemas.json");
    assert!(followed(&schemas, &schemas) >= 2, "{schemas}");
    for side in ["output", "input"] {
        let definitions = &schemas["$defs"][side]["$defs"];
        let properties = definitions["T"]["properties"].as_object().unwrap();
        assert!(properties.contains_key("breite"), "{definitions}");
        assert!(
            definitions["Größe"]["properties"].is_object(),
            "{definitions}"
        );
    }
    let described = document("asyncapi.json");
    assert!(followed(&described["components"]["schemas"], &described) >= 1);
    let size = &described["components"]["schemas"]["Größe"];
    assert!(size["properties"]["breite"].is_object(), "{described}");
}

#[test]
fn the_manifest_is_printed_as_serde_writes_it() {
    #[model]
    struct Inner {
        text: String,
    }
    #[model]
    struct T {
        inner: Inner,
    }
    let manifest = manifest_of::<T>("c:e");
    let mut value = serde_json::to_value(&manifest).unwrap();
    value.sort_all_objects();
    assert_eq!(super::manifest(&manifest), format!("{value:#}\n"));
}
