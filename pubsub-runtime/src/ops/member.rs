//! One member of a payload, found without reading the rest.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The scalar that stands under `name`: the text of a string, and a number or boolean as JSON writes it.
///
/// # Errors
///
/// The rule it breaks: it is missing, null or no scalar.
pub(super) fn scalar(payload: &RawValue, name: &str) -> Result<Arc<str>, &'static str> {
    let found = serde_json::Deserializer::from_str(payload.get())
        .deserialize_any(Find(name))
        .ok()
        .flatten();
    match found {
        None => Err("it must be there"),
        Some(Scalar::Null) => Err("it must not be null"),
        Some(Scalar::Compound) => Err("it must be a string, number or boolean"),
        Some(Scalar::Text(text)) => Ok(text),
    }
}

enum Scalar {
    Text(Arc<str>),
    Null,
    Compound,
}

impl Scalar {
    fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') => serde_json::from_str::<std::borrow::Cow<'_, str>>(json)
                .map_or(Self::Compound, |text| Self::Text(text.into())),
            Some(b'{' | b'[') => Self::Compound,
            _ if json == "null" => Self::Null,
            _ => Self::Text(json.into()),
        }
    }
}

/// Finds a member of an object; the others are passed over, not kept.
struct Find<'a>(&'a str);

impl<'de> Visitor<'de> for Find<'_> {
    type Value = Option<Scalar>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = map.next_key_seed(Is(self.0))? {
            if is_it && found.is_none() {
                found = Some(Scalar::of(map.next_value::<&RawValue>()?.get()));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether a key is this one.
struct Is<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let key = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(key == self.0)
    }
}
