//! The word `int`: integers as decimal strings, and as numbers that JavaScript holds exactly.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    hash::{BuildHasher, Hash},
    marker::PhantomData,
    num::NonZero,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Unexpected, Visitor},
    ser::Error as _,
};

use super::redact::hide;
use crate::{
    declarations::event::SchemaBound,
    words::number::{BEYOND, MAX},
};

/// The greatest integer that JavaScript holds exactly, with its sign.
const SAFE: i64 = MAX.cast_signed();

/// Integers, alone or in an `Option`, a list or the values of a map: what the word `int` goes on.
#[diagnostic::on_unimplemented(
    message = "`int` does not go on `{Self}`: it is no integer",
    label = "not an integer",
    note = "`int` goes on integers, on their `NonZero`, and on an `Option`, `Box`, `Vec` or map of them"
)]
pub trait Integers: Sized {
    /// What the schema is made from.
    type Wire<F: Form>: SchemaBound;

    /// Writes them.
    ///
    /// # Errors
    ///
    /// One does not fit the form.
    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads them.
    ///
    /// # Errors
    ///
    /// One is missing, not of the form, or out of range.
    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// One integer type.
pub trait Integer: Copy + fmt::Display + 'static {
    /// Whether it holds negative integers.
    const SIGNED: bool;
    /// Whether it holds 0.
    const ZERO: bool;

    /// The least and the greatest, as text.
    fn range() -> (String, String);

    /// Reads decimal digits; `None` if it is out of range.
    fn from_digits(digits: &str) -> Option<Self>;

    /// The same integer as a number that fits 64 bits, if it does.
    fn to_i64(self) -> Option<i64>;

    /// The integer of this value; `None` if it is out of range.
    fn from_i64(value: i64) -> Option<Self>;
}

/// Not one impl for every [`Integer`]: `Box` could be one elsewhere, as far as rustc knows.
macro_rules! alone {
    ($($type:ty)*) => {$(
        impl Integers for $type {
            type Wire<F: Form> = Number<F, Self>;

            fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                F::write(*self, serializer)
            }

            fn read<'de, F: Form, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                F::read(deserializer)
            }
        }
    )*};
}

macro_rules! integers {
    ($signed:literal: $($int:ident)*) => {$(
        impl Integer for $int {
            const SIGNED: bool = $signed;
            const ZERO: bool = true;

            fn range() -> (String, String) {
                ($int::MIN.to_string(), $int::MAX.to_string())
            }

            fn from_digits(digits: &str) -> Option<Self> {
                digits.parse().ok()
            }

            fn to_i64(self) -> Option<i64> {
                i64::try_from(self).ok()
            }

            fn from_i64(value: i64) -> Option<Self> {
                value.try_into().ok()
            }
        }

        impl Integer for NonZero<$int> {
            const SIGNED: bool = $signed;
            const ZERO: bool = false;

            fn range() -> (String, String) {
                (Self::MIN.to_string(), Self::MAX.to_string())
            }

            fn from_digits(digits: &str) -> Option<Self> {
                digits.parse().ok()
            }

            fn to_i64(self) -> Option<i64> {
                self.get().to_i64()
            }

            fn from_i64(value: i64) -> Option<Self> {
                $int::from_i64(value).and_then(Self::new)
            }
        }

        alone!($int NonZero<$int>);
    )*};
}

integers!(false: u8 u16 u32 u64 u128 usize);
integers!(true: i8 i16 i32 i64 i128 isize);

/// How an integer stands on the wire.
pub trait Form: 'static {
    /// Writes one.
    ///
    /// # Errors
    ///
    /// It does not fit the form.
    fn write<I: Integer, S: Serializer>(value: I, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads one.
    ///
    /// # Errors
    ///
    /// It is not of the form, or out of range.
    fn read<'de, I: Integer, D: Deserializer<'de>>(deserializer: D) -> Result<I, D::Error>;

    /// Its schema.
    #[cfg(feature = "registry")]
    fn schema<I: Integer>() -> schemars::Schema;
}

/// `int = "string"`: a string of decimal digits, in the one form that JavaScript's `BigInt` writes.
#[derive(Debug)]
pub enum Text {}

impl Form for Text {
    fn write<I: Integer, S: Serializer>(value: I, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&value)
    }

    fn read<'de, I: Integer, D: Deserializer<'de>>(deserializer: D) -> Result<I, D::Error> {
        deserializer.deserialize_str(ReadText(PhantomData))
    }

    #[cfg(feature = "registry")]
    fn schema<I: Integer>() -> schemars::Schema {
        let sign = if I::SIGNED { "-?" } else { "" };
        let pattern = if I::ZERO {
            format!("^(0|{sign}[1-9][0-9]*)$")
        } else {
            format!("^{sign}[1-9][0-9]*$")
        };
        let (least, greatest) = I::range();
        schemars::json_schema!({
            "type": "string",
            "pattern": pattern,
            "maxLength": least.len().max(greatest.len()),
            "x-int": "string",
        })
    }
}

struct ReadText<I>(PhantomData<I>);

impl<I: Integer> Visitor<'_> for ReadText<I> {
    type Value = I;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, greatest) = I::range();
        write!(
            f,
            "a string of decimal digits, for an integer from {least} to {greatest}"
        )
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<I, E> {
        is_canonical(text)
            .then(|| I::from_digits(text))
            .flatten()
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// No sign but `-`, no zero at the front, no `-0`.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits && (!digits.starts_with('0') || text == "0")
}

/// `int = "checked"`: a number, within ±(2^53 − 1).
#[derive(Debug)]
pub enum Checked {}

impl Form for Checked {
    fn write<I: Integer, S: Serializer>(value: I, serializer: S) -> Result<S::Ok, S::Error> {
        match value.to_i64() {
            Some(number) if (-SAFE..=SAFE).contains(&number) => serializer.serialize_i64(number),
            _ => Err(S::Error::custom(BEYOND)),
        }
    }

    fn read<'de, I: Integer, D: Deserializer<'de>>(deserializer: D) -> Result<I, D::Error> {
        deserializer.deserialize_i64(ReadNumber(PhantomData))
    }

    #[cfg(feature = "registry")]
    fn schema<I: Integer>() -> schemars::Schema {
        let (least, greatest) = safe_range::<I>();
        schemars::json_schema!({
            "type": "integer",
            "minimum": least,
            "maximum": greatest,
            "x-int": "checked",
        })
    }
}

/// The least and the greatest integer of this type that JavaScript holds exactly.
fn safe_range<I: Integer>() -> (i64, i64) {
    let (least, greatest) = I::range();
    let within = |text: &str, else_: i64| {
        let number = text.parse().unwrap_or(else_);
        number.clamp(-SAFE, SAFE)
    };
    (within(&least, -SAFE), within(&greatest, SAFE))
}

struct ReadNumber<I>(PhantomData<I>);

impl<I: Integer> ReadNumber<I> {
    fn read<E: serde::de::Error>(&self, value: Option<i64>, found: Unexpected<'_>) -> Result<I, E> {
        value
            .filter(|value| (-SAFE..=SAFE).contains(value))
            .and_then(I::from_i64)
            .ok_or_else(|| E::invalid_value(found, self))
    }
}

impl<I: Integer> Visitor<'_> for ReadNumber<I> {
    type Value = I;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, greatest) = safe_range::<I>();
        write!(f, "an integer from {least} to {greatest}")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<I, E> {
        self.read(Some(value), Unexpected::Signed(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<I, E> {
        self.read(i64::try_from(value).ok(), Unexpected::Unsigned(value))
    }
}

/// The schema of one integer.
#[derive(Debug)]
pub struct Number<F, I>(PhantomData<fn() -> (F, I)>);

#[cfg(feature = "registry")]
impl<F: Form, I: Integer> schemars::JsonSchema for Number<F, I> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "integer".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        F::schema::<I>()
    }
}

/// Integers in one form, for serde.
struct Formed<F, T>(T, PhantomData<F>);

impl<F, T> Formed<F, T> {
    const fn new(value: T) -> Self {
        Self(value, PhantomData)
    }
}

impl<F: Form, T: Integers> Serialize for Formed<F, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write::<F, S>(serializer)
    }
}

impl<'de, F: Form, T: Integers> Deserialize<'de> for Formed<F, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read::<F, D>(deserializer).map(Self::new)
    }
}

impl<T: Integers> Integers for Option<T> {
    type Wire<F: Form> = Option<T::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Formed::<F, _>::new).serialize(serializer)
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Option::<Formed<F, T>>::deserialize(deserializer)?;
        Ok(read.map(|formed| formed.0))
    }
}

impl<T: Integers> Integers for Box<T> {
    type Wire<F: Form> = T::Wire<F>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::write::<F, S>(self, serializer)
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read::<F, D>(deserializer).map(Self::new)
    }
}

impl<T: Integers> Integers for Vec<T> {
    type Wire<F: Form> = Vec<T::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Formed::<F, _>::new))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Vec::<Formed<F, T>>::deserialize(deserializer)?;
        Ok(read.into_iter().map(|formed| formed.0).collect())
    }
}

impl<K, V> Integers for BTreeMap<K, V>
where
    K: Serialize + for<'a> Deserialize<'a> + Ord + SchemaBound,
    V: Integers,
{
    type Wire<F: Form> = BTreeMap<K, V::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let formed = |(key, value)| (key, Formed::<F, _>::new(value));
        serializer.collect_map(self.iter().map(formed))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = BTreeMap::<K, Formed<F, V>>::deserialize(deserializer)?;
        Ok(read
            .into_iter()
            .map(|(key, value)| (key, value.0))
            .collect())
    }
}

impl<K, V, H> Integers for HashMap<K, V, H>
where
    K: Serialize + for<'a> Deserialize<'a> + Eq + Hash + SchemaBound,
    V: Integers,
    H: BuildHasher + Default,
{
    type Wire<F: Form> = HashMap<K, V::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let formed = |(key, value)| (key, Formed::<F, _>::new(value));
        serializer.collect_map(self.iter().map(formed))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = HashMap::<K, Formed<F, V>, H>::deserialize(deserializer)?;
        Ok(read
            .into_iter()
            .map(|(key, value)| (key, value.0))
            .collect())
    }
}

macro_rules! codec {
    ($(#[$doc:meta])* $name:ident, $form:ident) => {
        $(#[$doc])*
        pub mod $name {
            use super::{Deserializer, Integers, Serializer, $form, hide};

            /// Writes the field.
            ///
            /// # Errors
            ///
            /// An integer does not fit the form.
            pub fn serialize<T: Integers, S: Serializer>(
                value: &T,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                value.write::<$form, S>(serializer)
            }

            /// As [`deserialize`], of a redacted field.
            ///
            /// # Errors
            ///
            /// An integer is not of the form, or out of range.
            pub fn redacted<'de, T: Integers, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<T, D::Error> {
                hide(deserializer, deserialize)
            }

            /// Reads the field.
            ///
            /// # Errors
            ///
            /// An integer is not of the form, or out of range.
            pub fn deserialize<'de, T: Integers, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<T, D::Error> {
                T::read::<$form, D>(deserializer)
            }
        }
    };
}

codec! {
    /// The codec of `int = "string"`.
    string, Text
}

codec! {
    /// The codec of `int = "checked"`.
    checked, Checked
}

#[cfg(all(test, feature = "registry"))]
mod tests;
