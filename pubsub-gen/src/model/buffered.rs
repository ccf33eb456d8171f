//! What serde writes and cannot read back.
//!
//! What is flattened, untagged or internally tagged is kept in memory before it is read, the keys of maps as text; from there
//! serde reads no key that is a number or a boolean, and no JSON as text, which straight from JSON it does.

use std::collections::BTreeSet;

use pubsub_runtime::{AccessManifest, Manifest, TypeManifest};
use serde_json::{Map, Value};

use super::{
    Place, TypeError,
    object::{decode_pointer, is_nullable, tag_name},
    read::MAX_DEPTH,
};
use crate::words::{Word, Words};

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
        if let Some(said) = Words::of_value(schema) {
            self.said(&said, kept, place, depth);
        }
    }

    fn said(&mut self, said: &Words<'_>, kept: bool, place: &Place, depth: usize) {
        if depth >= MAX_DEPTH {
            return;
        }
        let depth = depth + 1;
        if kept && self.has_numbers_for_keys(said) {
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
        if kept && said.is_set(Word::Raw) {
            self.errors.push(TypeError::new(
                place,
                format!("it is a `RawValue`, which serde cannot read {INSIDE}"),
                &["write `serde_json::Value`", TAG_BESIDE],
            ));
        }
        if let Some((key, target)) = self.referred(said)
            && self.seen.insert((key, kept))
        {
            self.schema(target, kept, place, depth);
        }
        let tag = tag_name(said.schema());
        for part in said.list(Word::AllOf) {
            self.schema(part, kept || tag.is_some(), place, depth);
        }
        self.alternatives(said, kept, place, depth);
        self.properties(said, tag, kept, place, depth);
        if let Some(inner) = said.get(Word::Items) {
            self.schema(inner, kept, &place.item(None), depth);
        }
        if let Some(inner) = said.get(Word::AdditionalProperties) {
            self.schema(inner, kept, &place.member("[key]"), depth);
        }
        for (index, item) in said.list(Word::PrefixItems).iter().enumerate() {
            self.schema(item, kept, &place.item(Some(index)), depth);
        }
    }

    fn alternatives(&mut self, said: &Words<'_>, kept: bool, place: &Place, depth: usize) {
        let content = said.text(Word::Content);
        for variant in said.list(Word::OneOf) {
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
        let alternatives = said.list(Word::AnyOf);
        // An enum that is declared has a path; an `Option` has none.
        let is_option = !alternatives.is_empty() && is_nullable(said) && !said.has(Word::Path);
        for variant in alternatives {
            self.schema(variant, kept || !is_option, place, depth);
        }
    }

    fn properties(
        &mut self,
        said: &Words<'_>,
        tag: Option<&str>,
        kept: bool,
        place: &Place,
        depth: usize,
    ) {
        for (name, property) in said.object(Word::Properties).into_iter().flatten() {
            if tag == Some(name) {
                continue;
            }
            let Some(said) = Words::of_value(property) else {
                continue;
            };
            let kept = kept || said.is_set(Word::Flatten) || tag.is_some();
            let place = place.member(name.strip_prefix("...").unwrap_or(name));
            self.said(&said, kept, &place, depth);
        }
    }

    fn has_numbers_for_keys(&self, said: &Words<'_>) -> bool {
        let by_pattern = said
            .object(Word::PatternProperties)
            .is_some_and(|patterns| {
                patterns
                    .keys()
                    .any(|pattern| matches!(pattern.as_str(), r"^\d+$" | r"^-?\d+$"))
            });
        let mut keys = said.get(Word::Keys).and_then(Words::of_value);
        for _ in 0..MAX_DEPTH {
            match keys.as_ref().and_then(|keys| self.referred(keys)) {
                Some((_, target)) => keys = Words::of_value(target),
                None => break,
            }
        }
        let kind = keys.and_then(|keys| keys.text(Word::Type));
        by_pattern || matches!(kind, Some("integer" | "number" | "boolean"))
    }

    fn referred(&self, said: &Words<'_>) -> Option<(&'m str, &'m Value)> {
        let key = said.text(Word::Ref)?.strip_prefix("#/$defs/")?;
        let key = decode_pointer(key)?;
        let (key, target) = self.definitions.get_key_value(&key)?;
        Some((key, target))
    }
}
