//! What the keys of a map are.

use serde_json::Value;

use super::{
    Direction, Docs, Field, Object, Place, Shape, object,
    read::{MAX_DEPTH, Reader, array, is_set_in},
};
use crate::words::Words;

/// How many schemas are looked at for the keys of one map.
const MAX_LOOKS: usize = 4_096;

/// What the keys of a map are in JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Keys {
    /// Any text.
    Text,
    /// The text of a number.
    Numbers,
    /// One of these; with `open`, others too.
    Words { words: Vec<String>, open: bool },
}

impl Keys {
    /// Names the members of the map in `shape`.
    pub(super) fn apply_to(&self, shape: &mut Shape) {
        match shape {
            Shape::Union(members) => members.iter_mut().for_each(|member| self.apply_to(member)),
            Shape::Object(object) => self.apply_to_object(object),
            _ => {}
        }
    }

    fn apply_to_object(&self, object: &mut Object) {
        let Some(rest) = &mut object.rest else {
            return;
        };
        match self {
            Self::Text => {}
            Self::Numbers => rest.numeric = true,
            Self::Words { words, open } => {
                let is_known = |word: &&String| object.fields.iter().any(|it| it.name == **word);
                let words: Vec<_> = words.iter().filter(|word| !is_known(word)).collect();
                object.fields.extend(words.into_iter().map(|word| Field {
                    name: word.clone(),
                    optional: true,
                    shape: (*rest.shape).clone(),
                    docs: Docs::default(),
                }));
                if !open {
                    object.rest = None;
                }
            }
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Words { mut words, open },
                Self::Words {
                    words: more,
                    open: and_open,
                },
            ) => {
                words.extend(more);
                Self::Words {
                    words,
                    open: open || and_open,
                }
            }
            (Self::Numbers, Self::Numbers) => Self::Numbers,
            _ => Self::Text,
        }
    }
}

impl Reader<'_> {
    /// A map behind another name, whose schema does not say what its keys are.
    pub(super) fn refuse_unseen(&mut self, key: &Value, place: &Place) -> Shape {
        let key = key.as_str().unwrap_or_default();
        self.refuse(
            place,
            &format!("a map here has another name, behind which nobody sees what its keys, `{key}`, are in JSON"),
            &[
                "write the map out in the field, as `BTreeMap<Key, Value>`",
                "wrap the map in a struct with `#[model]`",
            ],
        )
    }

    /// What the keys with this schema are; the error says what they are instead of text.
    pub(super) fn keys(&self, schema: &Value) -> Result<Keys, &'static str> {
        self.keys_below(schema, 0, &mut 0)
    }

    /// Alternatives that double at each level are deep for no way down, so all that is looked at is counted too.
    fn keys_below(
        &self,
        schema: &Value,
        depth: usize,
        looks: &mut usize,
    ) -> Result<Keys, &'static str> {
        *looks += 1;
        if depth > MAX_DEPTH || *looks > MAX_LOOKS {
            return Err("types that contain themselves");
        }
        let Value::Object(object) = self.resolve(schema) else {
            return Ok(Keys::Text);
        };
        if object::is_nullable(&Words::of(object)) {
            return Err("`Option`s");
        }
        let open = self.direction == Direction::Input && is_set_in(object, "x-open");
        for word in ["oneOf", "anyOf"] {
            let mut keys: Option<Keys> = None;
            for member in array(object, word) {
                let member = match self.keys_below(member, depth + 1, looks) {
                    Err("objects") if word == "oneOf" => return Err("enums with fields"),
                    found => found?,
                };
                keys = Some(match keys {
                    Some(keys) => keys.join(member),
                    None => member,
                });
            }
            if let Some(mut keys) = keys {
                if let Keys::Words { open: is_open, .. } = &mut keys {
                    *is_open |= open;
                }
                return Ok(keys);
            }
        }
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let words = match (object.get("const"), object.get("enum")) {
            (Some(value), _) => word(value).map(|word| vec![word]),
            (None, Some(Value::Array(values))) => values.iter().map(word).collect(),
            _ => None,
        };
        if let Some(words) = words {
            return Ok(Keys::Words { words, open });
        }
        match object.get("type").and_then(Value::as_str) {
            Some("integer" | "number") => Ok(Keys::Numbers),
            Some("boolean") => Ok(Keys::Words {
                words: vec!["true".to_owned(), "false".to_owned()],
                open: false,
            }),
            Some("object") => Err("objects"),
            Some("array") => Err("lists"),
            Some("null") => Err("`null`"),
            _ => Ok(Keys::Text),
        }
    }
}
