//! The schemas without the generator's own keywords: what those say, said by standard ones.

use std::cell::Cell;

use pubsub_runtime::Definitions;
use serde_json::{Map, Value, json};

use super::{INTEGER, formats, spread};
use crate::{
    model::{Direction, decode_pointer, is_null, is_nullable, tag_name},
    words::{Word, Words},
};

/// Turns the generator's own keywords into standard ones.
pub(crate) struct Standard<'a> {
    pub(super) direction: Direction,
    definitions: &'a Definitions,
    refer: &'a dyn Fn(&str) -> String,
    pub(super) opened: Cell<spread::Opened>,
}

impl<'a> Standard<'a> {
    /// Of schemas whose references lead to `definitions`.
    ///
    /// `refer` gives the reference to the definition with this key, which is written as in a reference.
    pub(crate) fn new(
        direction: Direction,
        definitions: &'a Definitions,
        refer: &'a dyn Fn(&str) -> String,
    ) -> Self {
        Self {
            direction,
            definitions,
            refer,
            opened: Cell::default(),
        }
    }
}

impl Standard<'_> {
    pub(crate) fn schema(&self, schema: &Value) -> Value {
        match schema {
            Value::Object(schema) => Value::Object(self.object(schema)),
            other => other.clone(),
        }
    }

    /// What a schema refers to.
    pub(super) fn target(&self, schema: &Value) -> Option<&Value> {
        let key = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.direction
            .definitions(self.definitions)
            .get(&decode_pointer(key)?)
    }

    fn reference(&self, value: &Value) -> Value {
        let key = value
            .as_str()
            .and_then(|reference| reference.strip_prefix("#/$defs/"));
        match key {
            Some(key) => json!((self.refer)(key)),
            None => value.clone(),
        }
    }

    fn object(&self, schema: &Map<String, Value>) -> Map<String, Value> {
        let said = Words::of(schema);
        let (own, flattened) = spread::split(&said);
        let mut result = self.words(&own);
        formats::standard(&mut result);
        self.required(&own, &mut result);
        if let Some(content) = said.text(Word::Content) {
            self.content(content, schema, &mut result);
        }
        if self.holds_nothing(&said) {
            result.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        if said.text(Word::Int) == Some("string") {
            result.entry("pattern").or_insert_with(|| json!(INTEGER));
        }
        if said.has(Word::DeprecatedWith) {
            result.insert("deprecated".to_owned(), Value::Bool(true));
        }
        if let Some(keys) = said.get(Word::Keys) {
            result.insert("propertyNames".to_owned(), self.keys(keys));
        }
        if let (Some(tags), Direction::Output) = (said.object(Word::Tag), self.direction) {
            tag(&mut result, tags);
        }
        // A set is read from a list that repeats itself.
        if self.direction == Direction::Input && said.has(Word::UniqueItems) {
            result.remove("uniqueItems");
        }
        if let Some(least) = said.get(self.direction.least()) {
            result.insert("minItems".to_owned(), least.clone());
        }
        if self.direction == Direction::Output && said.is_set(Word::OmitNone) {
            without_null(&mut result);
        }
        spread::join(self, &mut result, &flattened);
        if self.direction == Direction::Input && said.is_set(Word::Open) {
            open(&mut result);
        }
        result
    }

    fn words(&self, schema: &Map<String, Value>) -> Map<String, Value> {
        let properties = schema.get("properties").and_then(Value::as_object);
        let is_tagged = || {
            properties
                .is_some_and(|properties| properties.values().any(|it| it.get("const").is_some()))
        };
        let each = |value: &Value, of: &dyn Fn(&Value) -> Value| match value {
            Value::Array(members) => members.iter().map(of).collect(),
            other => other.clone(),
        };
        let mut result = Map::new();
        for (word, value) in schema {
            let value = match word.as_str() {
                _ if word.starts_with("x-") => continue,
                "$ref" => self.reference(value),
                "properties" | "patternProperties" | "$defs" => match value {
                    Value::Object(members) => members
                        .iter()
                        .map(|(name, member)| (name.clone(), self.schema(member)))
                        .collect(),
                    other => other.clone(),
                },
                "allOf" if is_tagged() => {
                    let names: Vec<&String> = properties.into_iter().flat_map(Map::keys).collect();
                    each(value, &|member| spread::content(self, member, &names))
                }
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                    each(value, &|member| self.schema(member))
                }
                "items" | "additionalProperties" | "unevaluatedProperties" | "not" => {
                    self.schema(value)
                }
                _ => value.clone(),
            };
            result.insert(word.clone(), value);
        }
        result
    }

    /// Whether it is a tagged variant around a struct without members, beside whose tag serde takes no other.
    fn holds_nothing(&self, said: &Words<'_>) -> bool {
        let [held] = said.list(Word::AllOf) else {
            return false;
        };
        self.target(held).is_some_and(is_null) && tag_name(said.schema()).is_some()
    }

    /// Which members serde asks for, where the schema's derive does not know it.
    fn required(&self, schema: &Map<String, Value>, result: &mut Map<String, Value>) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        if self.direction == Direction::Output {
            return;
        }
        for (name, property) in properties {
            let is_asked = property.get("x-required") == Some(&json!(true));
            let is_option = self
                .target(property)
                .is_some_and(|target| target.get("x-option") == Some(&json!(true)));
            if is_asked {
                require(result, name);
            } else if is_option && let Some(Value::Array(required)) = result.get_mut("required") {
                required.retain(|word| word.as_str() != Some(name));
            }
        }
    }

    /// `New(Option<u32>)` beside its tag: serde reads the content from a member that is not there.
    fn content(&self, name: &str, schema: &Map<String, Value>, result: &mut Map<String, Value>) {
        let given = schema.get("oneOf").and_then(Value::as_array);
        let (Direction::Input, Some(given), Some(Value::Array(variants))) =
            (self.direction, given, result.get_mut("oneOf"))
        else {
            return;
        };
        for (given, variant) in given.iter().zip(variants) {
            let content = given.get("properties").and_then(|it| it.get(name));
            let is_option = content
                .and_then(Words::of_value)
                .is_some_and(|said| !said.is_set(Word::IsRequired) && is_nullable(&said));
            if is_option && let Some(Value::Array(required)) = variant.get_mut("required") {
                required.retain(|word| word.as_str() != Some(name));
            }
        }
    }

    /// The schema of the text that serde writes for a key.
    fn keys(&self, keys: &Value) -> Value {
        let mut target = keys;
        for _ in 0..super::MAX_DEPTH {
            match self.target(target) {
                Some(next) => target = next,
                None => break,
            }
        }
        match target.get("type").and_then(Value::as_str) {
            Some("integer") => json!({ "pattern": INTEGER }),
            Some("number") => json!({ "pattern": "^-?[0-9]" }),
            Some("boolean") => json!({ "enum": ["true", "false"] }),
            _ => self.schema(target),
        }
    }
}

fn require(schema: &mut Map<String, Value>, name: &str) {
    let required = schema
        .entry("required")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(required) = required
        && !required.contains(&json!(name))
    {
        required.push(json!(name));
    }
}

/// Adds the tag that serde writes into a struct.
fn tag(schema: &mut Map<String, Value>, tags: &Map<String, Value>) {
    for (name, value) in tags {
        let properties = schema
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = properties {
            properties.insert(name.clone(), json!({ "const": value }));
        }
        require(schema, name);
    }
}

/// Adds what a variant for everything else takes.
pub(super) fn open(schema: &mut Map<String, Value>) {
    let tag = |variant: &Value| {
        let properties = variant.get("properties")?.as_object()?;
        let (name, _) = properties
            .iter()
            .find(|(_, property)| property.get("const").is_some())?;
        Some(name.clone())
    };
    let variants = schema.get("oneOf").and_then(Value::as_array);
    let mut tags = variants.into_iter().flatten().map(tag);
    let other = match tags.next().flatten() {
        Some(name) if tags.all(|other| other.as_ref() == Some(&name)) => {
            // A variant that holds something has to hold it.
            let full = variants.into_iter().flatten().filter(|variant| {
                let members = variant.get("properties").and_then(Value::as_object);
                members.is_some_and(|members| members.len() > 1) || variant.get("allOf").is_some()
            });
            let full: Vec<_> = full
                .filter_map(|variant| variant.get("properties")?.get(&name)?.get("const"))
                .collect();
            let mut any = json!({ "type": "string" });
            if !full.is_empty() {
                any["not"] = json!({ "enum": full });
            }
            json!({ "type": "object", "properties": { &name: any }, "required": [name] })
        }
        _ => json!({ "type": "string" }),
    };
    let docs = schema.remove("description");
    let closed = std::mem::take(schema);
    schema.insert("anyOf".to_owned(), json!([closed, other]));
    schema.extend(docs.map(|docs| ("description".to_owned(), docs)));
}

fn without_null(schema: &mut Map<String, Value>) {
    let null = json!("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|word| *word != null);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(Value::Array(members)) = schema.get_mut(word) {
            members.retain(|member| member.get("type") != Some(&null));
        }
    }
}
