//! What the attributes wrote into the declared schema and the emitted one no longer says.

use std::collections::{BTreeMap, BTreeSet};

use pubsub_gen::decode_pointer;
use serde_json::{Map, Value};

use super::nodes::{list, types};

/// What is known of a type beside its emitted schema.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// Other names that serde takes, by the name of the member or by the text of the variant.
    aliases: BTreeMap<String, BTreeSet<String>>,
    /// The members that serde writes into a struct as its tag, and does not look at.
    tags: BTreeSet<String>,
    /// Whether an `Option` is flattened somewhere.
    pub(super) flattens_option: bool,
}

impl Hints {
    /// What the declared schema of a type says, with all that it refers to.
    pub(super) fn of(root: &Value, definitions: &Map<String, Value>) -> Self {
        let mut hints = Self::default();
        let mut pending = vec![root];
        let mut seen = BTreeSet::new();
        while let Some(schema) = pending.pop() {
            match schema {
                Value::Object(node) => {
                    let reference = node.get("$ref").and_then(Value::as_str);
                    let key = reference.and_then(|reference| reference.rsplit('/').next());
                    if let Some(key) = key
                        && seen.insert(key)
                    {
                        pending.extend(decode_pointer(key).and_then(|key| definitions.get(&key)));
                    }
                    hints.note(node);
                    pending.extend(node.values());
                }
                Value::Array(items) => pending.extend(items),
                _ => {}
            }
        }
        hints
    }

    fn note(&mut self, node: &Map<String, Value>) {
        let tags = node.get("x-tag").and_then(Value::as_object);
        self.tags
            .extend(tags.into_iter().flat_map(Map::keys).cloned());
        let flattened = node.contains_key("x-flatten") && is_nullable(node);
        self.flattens_option |= flattened || node.contains_key("x-flatten-opt");
        let properties = node.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            self.add(name, property.as_object());
        }
        let constant = |node: &Map<String, Value>| {
            let value = node.get("const").and_then(Value::as_str);
            value.map(str::to_owned)
        };
        let tag = properties
            .into_iter()
            .flat_map(Map::values)
            .find_map(|property| constant(property.as_object()?));
        let only = properties
            .filter(|properties| properties.len() == 1)
            .and_then(|properties| properties.keys().next().cloned());
        if let Some(name) = constant(node).or(tag).or(only) {
            self.add(&name, Some(node));
        }
    }

    fn add(&mut self, name: &str, node: Option<&Map<String, Value>>) {
        let aliases = node.map_or(&[][..], |node| list(node, "x-alias"));
        let aliases: BTreeSet<_> = aliases
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if !aliases.is_empty() {
            self.aliases
                .entry(name.to_owned())
                .or_default()
                .extend(aliases);
        }
    }

    /// Other names of a member or a variant.
    pub(super) fn aliases(&self, name: &str) -> impl Iterator<Item = &str> {
        let aliases = self.aliases.get(name);
        aliases.into_iter().flatten().map(String::as_str)
    }

    /// Whether serde writes a member of this name as the tag of a struct.
    pub(super) fn is_tag(&self, name: &str) -> bool {
        self.tags.contains(name)
    }
}

/// Whether `null` stands beside what an `Option` holds.
fn is_nullable(node: &Map<String, Value>) -> bool {
    let is_null = |schema: &Value| schema.get("type").is_some_and(|word| word == "null");
    types(node).contains(&"null") || list(node, "anyOf").iter().any(is_null)
}
