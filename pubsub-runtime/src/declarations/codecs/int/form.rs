//! The two forms: a string of digits, and a number that JavaScript holds exactly.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer, Serializer,
    de::{Unexpected, Visitor},
    ser::Error as _,
};

use super::integer::Integer;
use crate::words::number::{BEYOND, MAX};

/// The greatest integer that JavaScript holds exactly, with its sign.
pub(super) const SAFE: i64 = MAX.cast_signed();

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
            "a string of decimal digits, for an integer from {least} to {greatest}{}",
            but_zero::<I>(&least)
        )
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<I, E> {
        is_canonical(text)
            .then(|| I::from_digits(text))
            .flatten()
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// What the range of a signed integer that is never zero leaves out.
fn but_zero<I: Integer>(least: &str) -> &'static str {
    if least.starts_with('-') && I::from_i64(0).is_none() {
        ", but not 0"
    } else {
        ""
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
        let but_zero = but_zero::<I>(&least.to_string());
        write!(f, "an integer from {least} to {greatest}{but_zero}")
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
