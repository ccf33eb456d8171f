//! What serde writes and cannot read back.
//!
//! What is flattened, untagged or internally tagged is kept in memory before it is read, the keys of maps as text; from there
//! serde reads no key that is a number or a boolean, and no JSON as text, which straight from JSON it does.

use std::collections::BTreeSet;

use pubsub_runtime::{AccessManifest, Manifest, TypeManifest};
use serde_json::{Map, Value};

use super::{
    Place, TypeError,
    object::without_null_in,
    read::{MAX_DEPTH, array, is_set, is_set_in},
};

const INSIDE: &str = "inside something flattened, untagged or internally tagged";
const TAG_BESIDE: &str =
    "tag the enum beside its content, with `#[serde(tag = \"…\", content = \"…\")]`";

/// All that is such in a manifest: the server reads what clients send, and Rust clients read everything else.
pub(super) fn unreadable(manifest: &Manifest) -> Vec<TypeError> {
    let definitions = &manifest.schemas.input;
    let mut errors = Vec::new();
    let mut look = |place: Place, ty: Option<&TypeManifest>| {
        if let Some(ty) = ty {
            let mut walk = Walk {
                definitions,
                seen: BTreeSet::new(),
                errors: Vec::new(),
            };
            walk.schema(ty.input.as_value(), false, &place, 0);
            errors.append(&mut walk.errors);
        }
    };
    for event in &manifest.events {
        let part = |word| Place::part(&event.name, word);
        look(Place::root(&event.name), Some(&event.payload));
        look(part("reply"), event.reply.as_ref());
        look(part("error"), event.error.as_ref());
    }
    for channel in &manifest.channels {
        if channel.subscribe != AccessManifest::None {
            look(
                Place::part(&channel.name, "snapshot"),
                channel.snapshot.as_ref(),
            );
        }
    }
    errors
}

struct Walk<'m> {
    definitions: &'m Map<String, Value>,
    seen: BTreeSet<(&'m str, bool)>,
    errors: Vec<TypeError>,
}

impl<'m> Walk<'m> {
    fn schema(&mut self, schema: &Value, kept: bool, place: &Place, depth: usize) {
        let (Some(object), true) = (schema.as_object(), depth < MAX_DEPTH) else {
            return;
        };
        let depth = depth + 1;
        if kept && self.has_numbers_for_keys(object) {
            self.errors.push(TypeError::new(
                place,
                format!("its keys are numbers or booleans, which serde cannot read back {INSIDE}"),
                &[
                    "write keys that are strings",
                    "a list of pairs, such as `Vec<(u32, Value)>`",
                    TAG_BESIDE,
                ],
            ));
        }
        if kept && is_set_in(object, "x-raw") {
            self.errors.push(TypeError::new(
                place,
                format!("it is a `RawValue`, which serde cannot read {INSIDE}"),
                &["write `serde_json::Value`", TAG_BESIDE],
            ));
        }
        if let Some((key, target)) = self.referred(object)
            && self.seen.insert((key, kept))
        {
            self.schema(target, kept, place, depth);
        }
        let tag = tag_of(object);
        for part in array(object, "allOf") {
            self.schema(part, kept || tag.is_some(), place, depth);
        }
        self.alternatives(object, kept, place, depth);
        self.properties(object, tag, kept, place, depth);
        for word in ["items", "additionalProperties"] {
            if let Some(inner) = object.get(word) {
                let place = match word {
                    "items" => place.item(None),
                    _ => place.member("[key]"),
                };
                self.schema(inner, kept, &place, depth);
            }
        }
        for (index, item) in array(object, "prefixItems").iter().enumerate() {
            self.schema(item, kept, &place.item(Some(index)), depth);
        }
    }

    fn alternatives(
        &mut self,
        object: &Map<String, Value>,
        kept: bool,
        place: &Place,
        depth: usize,
    ) {
        let content = object.get("x-content").and_then(Value::as_str);
        for variant in array(object, "oneOf") {
            match (content, variant.get("properties")) {
                // Beside its tag, the content is read straight away if the tag comes first, as clients write it.
                (Some(name), Some(properties)) => {
                    if let Some(content) = properties.get(name) {
                        self.schema(content, kept, &place.member(name), depth);
                    }
                }
                _ => self.schema(variant, kept, place, depth),
            }
        }
        // An enum that is declared has a path; an `Option` has none.
        let is_option = !object.contains_key("x-path")
            && without_null_in(&Value::Object(object.clone())).is_some();
        for variant in array(object, "anyOf") {
            self.schema(variant, kept || !is_option, place, depth);
        }
    }

    fn properties(
        &mut self,
        object: &Map<String, Value>,
        tag: Option<&str>,
        kept: bool,
        place: &Place,
        depth: usize,
    ) {
        let properties = object.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if tag == Some(name) {
                continue;
            }
            let is_flat = is_set(property, "x-flatten");
            let place = place.member(name.strip_prefix("...").unwrap_or(name));
            self.schema(property, kept || is_flat || tag.is_some(), &place, depth);
        }
    }

    fn has_numbers_for_keys(&self, object: &Map<String, Value>) -> bool {
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        let by_pattern = patterns.is_some_and(|patterns| {
            patterns
                .keys()
                .any(|pattern| matches!(pattern.as_str(), r"^\d+$" | r"^-?\d+$"))
        });
        let mut keys = object.get("x-keys");
        for _ in 0..MAX_DEPTH {
            let target = keys
                .and_then(Value::as_object)
                .and_then(|keys| self.referred(keys));
            match target {
                Some((_, target)) => keys = Some(target),
                None => break,
            }
        }
        let kind = keys.and_then(|keys| keys.get("type")?.as_str());
        by_pattern || matches!(kind, Some("integer" | "number" | "boolean"))
    }

    fn referred(&self, object: &Map<String, Value>) -> Option<(&'m str, &'m Value)> {
        let key = object.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        let key = super::object::decode_pointer(key)?;
        let (key, target) = self.definitions.get_key_value(&key)?;
        Some((key, target))
    }
}

/// The name of the tag, in the schema of a variant.
fn tag_of(object: &Map<String, Value>) -> Option<&str> {
    super::object::tag_name(object)
}
