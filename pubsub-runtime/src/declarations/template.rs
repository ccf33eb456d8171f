//! The schemas that the attributes write as text; see `template.rs` of the macros.

use std::mem;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    shapes::is_no_option,
    unseen::{keep, schema_of},
};

/// What is asked of a type that stands in a template.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// Its schema.
    Schema,
    /// Whether it is an `Option`, under whatever name.
    IsOption,
    /// Its default, as serde writes it.
    Default,
}

/// What it says.
#[derive(Debug)]
pub enum Answer {
    /// Its schema.
    Schema(Schema),
    /// Whether it is so.
    Is(bool),
    /// A value, if there is one.
    Default(Option<Value>),
}

/// A type in a template.
type PartFn = fn(&mut SchemaGenerator, Ask) -> Answer;

/// What a type says.
pub fn part<T: JsonSchema + ?Sized>(generator: &mut SchemaGenerator, ask: Ask) -> Answer {
    match ask {
        Ask::Schema => Answer::Schema(schema_of::<T>(generator)),
        Ask::IsOption => Answer::Is(!is_no_option::<T>()),
        Ask::Default => Answer::Default(None),
    }
}

/// What a type says whose default is shown.
pub fn defaulted<T: JsonSchema + Default + Serialize>(
    generator: &mut SchemaGenerator,
    ask: Ask,
) -> Answer {
    match ask {
        Ask::Default => Answer::Default(serde_json::to_value(T::default()).ok()),
        other => part::<T>(generator, other),
    }
}

/// The schema of `T`, from what its attribute wrote.
///
/// # Panics
///
/// If `text` is no template: the attribute writes nothing else.
pub fn described<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    text: &str,
    parts: &[PartFn],
) -> Schema {
    let mut schema = filled(generator, text, parts);
    schema.insert("x-path".to_owned(), T::schema_id().into());
    keep::<T>(&schema);
    schema
}

/// One function for all types.
#[expect(clippy::expect_used, reason = "the attribute writes the text")]
fn filled(generator: &mut SchemaGenerator, text: &str, parts: &[PartFn]) -> Schema {
    let text: Map<String, Value> = serde_json::from_str(text).expect("a template is JSON");
    Filling { generator, parts }
        .object(text)
        .expect("a template refers to its own parts")
        .into()
}

/// May a member be missing in what is written, in what is read, or where its type is an `Option`?
const UNWRITTEN: u64 = 1;
const UNREAD: u64 = 2;
const OPTION: u64 = 4;

struct Filling<'a> {
    generator: &'a mut SchemaGenerator,
    parts: &'a [PartFn],
}

impl Filling<'_> {
    fn ask(&mut self, number: &Value, ask: Ask) -> Option<Answer> {
        let number = usize::try_from(number.as_u64()?).ok()?;
        let part = self.parts.get(number)?;
        Some(part(self.generator, ask))
    }

    /// What a member or variant holds: a schema of which nothing else is said stays as it is, were it only `true`.
    fn value(&mut self, text: Map<String, Value>) -> Option<Value> {
        let alone = (text.len() == 1).then(|| text.get("#part")).flatten();
        match alone {
            Some(number) => match self.ask(number, Ask::Schema)? {
                Answer::Schema(schema) => Some(schema.to_value()),
                _ => None,
            },
            None => Some(Value::Object(self.object(text)?)),
        }
    }

    /// The object with the schemas of its types in it.
    fn object(&mut self, mut text: Map<String, Value>) -> Option<Map<String, Value>> {
        let is_final = |text: &Map<String, Value>| !text.keys().any(|key| key.starts_with('#'));
        if let Some(Value::Array(alternatives)) = text.get_mut("oneOf") {
            for one in alternatives {
                if let Value::Object(it) = one {
                    *one = self.value(mem::take(it))?;
                }
            }
        }
        if is_final(&text) {
            return Some(text);
        }
        if let Some(fields) = text.remove("#fields") {
            self.fields(fields, &mut text)?;
            if is_final(&text) {
                return Some(text);
            }
        }
        let (mut object, mut shows_default) = (Map::new(), false);
        let mut said = Vec::with_capacity(text.len());
        let mut number = None;
        for (key, value) in text {
            match key.as_str() {
                "#part" => number = Some(value),
                "#default" => shows_default = true,
                _ => said.push((key, value)),
            }
        }
        if let Some(number) = number {
            if let Answer::Schema(mut schema) = self.ask(&number, Ask::Schema)? {
                object = mem::take(schema.ensure_object());
            }
            if shows_default
                && let Answer::Default(Some(default)) = self.ask(&number, Ask::Default)?
            {
                object.insert("default".to_owned(), default);
            }
        }
        // What is said of a member counts more than what is said of its type.
        for (key, value) in said {
            let Some(keyword) = key.strip_prefix("#!") else {
                object.insert(key, value);
                continue;
            };
            if let Answer::Is(is_option) = self.ask(&value, Ask::IsOption)? {
                object.insert(keyword.to_owned(), (!is_option).into());
            }
        }
        Some(object)
    }

    /// Says which members there are.
    fn fields(&mut self, fields: Value, object: &mut Map<String, Value>) -> Option<()> {
        let Value::Array(fields) = fields else {
            return None;
        };
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for field in fields {
            let Value::Array(field) = field else {
                return None;
            };
            let [name, flags, schema]: [Value; 3] = field.try_into().ok()?;
            let (Value::String(name), Value::Object(schema)) = (name, schema) else {
                return None;
            };
            if self.must_be_there(flags.as_u64()?, &schema)? {
                required.push(Value::from(name.clone()));
            }
            properties.insert(name, self.value(schema)?);
        }
        object.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            object.insert("required".to_owned(), Value::Array(required));
        }
        Some(())
    }

    fn must_be_there(&mut self, flags: u64, schema: &Map<String, Value>) -> Option<bool> {
        if self.generator.contract().is_serialize() {
            return Some(flags & UNWRITTEN == 0);
        }
        if flags & UNREAD != 0 {
            return Some(false);
        }
        if flags & OPTION == 0 {
            return Some(true);
        }
        match self.ask(schema.get("#part")?, Ask::IsOption)? {
            Answer::Is(is_option) => Some(!is_option),
            _ => None,
        }
    }
}
