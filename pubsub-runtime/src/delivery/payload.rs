//! The fields of payloads that delivery reads: what subscriptions filter by, and what slow ones are conflated by.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// The fields of one channel's payloads that delivery reads.
#[derive(Debug, Default)]
pub(crate) struct PayloadFields {
    /// Names on the wire, each once; those that filters may name come first.
    names: Vec<Box<str>>,
    filters: usize,
    /// Of an event, the number of the field it is conflated by.
    conflated_by: HashMap<Box<str>, usize>,
}

impl PayloadFields {
    /// The fields that filters may name, and, of each event, the one it is conflated by.
    pub(crate) fn new<'a>(
        filters: impl IntoIterator<Item = &'a str>,
        conflated_by: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut number = |name: &str| {
            let known = names.iter().position(|known| **known == *name);
            known.unwrap_or_else(|| {
                names.push(name.into());
                names.len() - 1
            })
        };
        let filters = filters.into_iter().map(&mut number).max();
        let conflated_by = conflated_by
            .into_iter()
            .map(|(event, field)| (event.into(), number(field)))
            .collect();
        Self {
            filters: filters.map_or(0, |last| last + 1),
            names,
            conflated_by,
        }
    }

    /// The names that filters may use.
    pub(crate) fn filters(&self) -> &[Box<str>] {
        self.names.get(..self.filters).unwrap_or_default()
    }

    /// The number of a field that filters may use.
    pub(crate) fn filter(&self, name: &str) -> Option<usize> {
        self.filters().iter().position(|known| **known == *name)
    }

    /// The number of the field that this event is conflated by.
    pub(super) fn conflated_by(&self, event: &str) -> Option<usize> {
        self.conflated_by.get(event).copied()
    }

    /// The values of these fields in an envelope, in their order; `None` where the payload has no such field, or one that is no scalar.
    pub(super) fn read(&self, envelope: &[u8]) -> Box<[Option<Scalar>]> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            payload: &'a RawValue,
        }
        let mut values: Box<[_]> = self.names.iter().map(|_| None).collect();
        if let Ok(Envelope { payload }) = serde_json::from_slice(envelope) {
            let mut json = serde_json::Deserializer::from_str(payload.get());
            let collect = Collect {
                names: &self.names,
                values: &mut values,
            };
            // A payload that is no object has no fields.
            let _no_object = json.deserialize_map(collect).is_err();
        }
        values
    }
}

/// A JSON value that is no list and no object. Numbers are equal if they are to JavaScript: 1 is 1.0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(Box<str>),
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => state.write_u8(0),
            Self::Bool(value) => value.hash(state),
            Self::Integer(value) => value.hash(state),
            Self::Float(value) => value.to_bits().hash(state),
            Self::Text(value) => value.hash(state),
        }
    }
}

impl Scalar {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "only whole numbers far below the limit are cast"
    )]
    fn of_float(value: f64) -> Self {
        const WHOLE: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= WHOLE {
            return Self::Integer(value as i128);
        }
        Self::Float(value)
    }
}

/// A [`Scalar`], or `None` for a list or an object.
struct ReadScalar(Option<Scalar>);

impl<'de> Deserialize<'de> for ReadScalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Option<Scalar>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, a boolean or null")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Some(Scalar::Null))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Some(Scalar::Bool(value)))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Some(Scalar::Integer(value.into())))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Some(Scalar::Integer(value.into())))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Some(Scalar::of_float(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Some(Scalar::Text(value.into())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(None)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(None)
            }
        }
        deserializer.deserialize_any(Read).map(Self)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReadScalar::deserialize(deserializer)?.0.ok_or_else(|| {
            serde::de::Error::custom("expected a string, a number, a boolean or null")
        })
    }
}

/// Reads the wanted members of an object and skips the others.
struct Collect<'a> {
    names: &'a [Box<str>],
    values: &'a mut [Option<Scalar>],
}

impl<'de> Visitor<'de> for Collect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(wanted) = map.next_key_seed(Number(self.names))? {
            match wanted.and_then(|number| self.values.get_mut(number)) {
                Some(value) => *value = map.next_value::<ReadScalar>()?.0,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a name as its number.
struct Number<'a>(&'a [Box<str>]);

impl<'de> DeserializeSeed<'de> for Number<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Number<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| **known == *name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> PayloadFields {
        PayloadFields::new(
            ["sku", "price"],
            [("stock:moved", "sku"), ("stock:counted", "item")],
        )
    }

    #[test]
    fn each_field_has_one_number_and_only_some_are_filters() {
        let fields = fields();
        assert_eq!(
            (fields.filter("sku"), fields.filter("item")),
            (Some(0), None)
        );
        assert_eq!(fields.conflated_by("stock:moved"), Some(0));
        assert_eq!(fields.conflated_by("stock:counted"), Some(2));
        assert_eq!(fields.conflated_by("stock:other"), None);
    }

    #[test]
    fn only_scalars_of_the_payload_itself_are_read() {
        let read = |payload: &str| {
            let envelope = format!(r#"{{"sku":"outside","payload":{payload},"item":"outside"}}"#);
            fields().read(envelope.as_bytes())
        };
        let text = |text: &str| Some(Scalar::Text(text.into()));
        assert_eq!(
            *read(r#"{"nested":{"sku":"no"},"sku":"a\"b","price":1.0,"item":null}"#),
            [text("a\"b"), Some(Scalar::Integer(1)), Some(Scalar::Null)]
        );
        assert_eq!(*read(r#"{"sku":["a"],"price":{}}"#), [None, None, None]);
        assert_eq!(*read(r#"{"sk\u0075":"a"}"#), [text("a"), None, None]);
        for other in ["null", "[]", "7", "\"sku\""] {
            assert_eq!(*read(other), [None, None, None], "{other}");
        }
    }

    #[test]
    fn numbers_are_equal_as_in_javascript() {
        let number = |json: &str| serde_json::from_str::<Scalar>(json).unwrap();
        assert_eq!(number("100"), number("1e2"));
        assert_eq!(number("-0.0"), number("0"));
        assert_ne!(number("0.1"), number("0.2"));
        assert_eq!(number("0.1"), number("1e-1"));
        assert_eq!(
            number("18446744073709551615"),
            Scalar::Integer(u64::MAX.into())
        );
        assert!(serde_json::from_str::<Scalar>("[]").is_err());
    }
}
