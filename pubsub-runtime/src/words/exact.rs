//! JSON whose numbers JavaScript reads as they were meant: no integer is rounded on the way, and no number becomes `null`.

mod parts;

use std::cell::RefCell;

use serde::{Serialize, Serializer, ser::Error};

use self::parts::Parts;
#[cfg(feature = "registry")]
use super::envelope::Raw;
#[cfg(feature = "client")]
use super::error::shown;
use super::{
    error::PathSegment,
    number::{self, BEYOND, NOT_FINITE},
};

/// Why a value cannot be written.
#[derive(Debug)]
pub(crate) struct Unwritten {
    /// Where: field names and indexes, outermost first.
    pub(crate) path: Vec<PathSegment>,
    /// What is wrong there.
    pub(crate) error: serde_json::Error,
}

#[cfg(feature = "client")]
impl Unwritten {
    /// What is wrong, with its place.
    pub(crate) fn into_error(self) -> serde_json::Error {
        let place = shown(&self.path);
        if place.is_empty() {
            return self.error;
        }
        serde_json::Error::custom(format_args!("`{place}`: {}", self.error))
    }
}

/// The value as JSON.
///
/// # Errors
///
/// An integer is beyond ±(2^53 − 1), a float is not finite, or serde cannot write the value.
#[cfg(feature = "registry")]
pub(crate) fn to_raw_value<T: Serialize + ?Sized>(value: &T) -> Result<Raw, Unwritten> {
    write(value, |value| serde_json::value::to_raw_value(&value))
}

/// As [`to_raw_value`], as text.
#[cfg(feature = "client")]
pub(crate) fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Unwritten> {
    write(value, |value| serde_json::to_string(&value))
}

fn write<T: Serialize + ?Sized, R>(
    value: &T,
    write: impl FnOnce(Checked<'_, T>) -> serde_json::Result<R>,
) -> Result<R, Unwritten> {
    let trace = Trace::default();
    let checked = Checked {
        value,
        way: Way {
            trace: &trace,
            is_json: false,
        },
    };
    write(checked).map_err(|error| Unwritten {
        path: trace.into_path(),
        error,
    })
}

/// The way to what failed, innermost first; written only on the way out of a failure, so that success costs nothing.
#[derive(Debug, Default)]
struct Trace(RefCell<Vec<PathSegment>>);

impl Trace {
    #[cold]
    fn push(&self, segment: PathSegment) {
        if let Ok(mut path) = self.0.try_borrow_mut() {
            path.push(segment);
        }
    }

    fn into_path(self) -> Vec<PathSegment> {
        let mut path = self.0.into_inner();
        path.reverse();
        path
    }
}

/// What every part of a value is told.
#[derive(Debug, Clone, Copy)]
struct Way<'a> {
    trace: &'a Trace,
    /// Whether a string is JSON that is copied as it stands.
    is_json: bool,
}

impl<'a> Way<'a> {
    /// What the struct of this name tells its fields: `serde_json` marks what it copies as it stands by these names.
    #[inline]
    fn into(self, name: &'static str) -> Self {
        let is_json = name.starts_with("$serde_json::private::");
        Self { is_json, ..self }
    }

    #[inline]
    fn check<T: ?Sized>(self, value: &'a T) -> Checked<'a, T> {
        Checked { value, way: self }
    }

    #[cold]
    fn push(self, key: &str) {
        // The members of `serde_json`'s own structs are not on the wire.
        if !self.is_json {
            self.trace.push(PathSegment::Key(key.to_owned()));
        }
    }
}

/// A value whose numbers are checked while it is written.
struct Checked<'a, T: ?Sized> {
    value: &'a T,
    way: Way<'a>,
}

impl<T: Serialize + ?Sized> Serialize for Checked<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(Exact {
            inner: serializer,
            way: self.way,
        })
    }
}

/// Passes everything on, but the numbers that JavaScript cannot hold.
///
/// Everything is marked `inline`: without it a payload took half as long again to write, with it hardly longer than without checks.
struct Exact<'a, S> {
    inner: S,
    way: Way<'a>,
}

macro_rules! pass {
    ($($method:ident($($value:ident: $type:ty)?);)*) => {$(
        #[inline]
        fn $method(self $(, $value: $type)?) -> Result<S::Ok, S::Error> {
            self.inner.$method($($value)?)
        }
    )*};
}

/// `check` says whether the number is refused, and with what.
macro_rules! pass_checked {
    ($($method:ident($type:ty): $check:expr, $refusal:expr;)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            if $check(value) {
                self.inner.$method(value)
            } else {
                Err(S::Error::custom($refusal))
            }
        }
    )*};
}

impl<'a, S: Serializer> Serializer for Exact<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Parts<'a, S::SerializeSeq>;
    type SerializeTuple = Parts<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Parts<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Parts<'a, S::SerializeTupleVariant>;
    type SerializeMap = Parts<'a, S::SerializeMap>;
    type SerializeStruct = Parts<'a, S::SerializeStruct>;
    type SerializeStructVariant = Parts<'a, S::SerializeStructVariant>;

    pass! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_char(value: char);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
    }

    pass_checked! {
        serialize_i64(i64): |value: i64| value.unsigned_abs() <= number::MAX, BEYOND;
        serialize_i128(i128): |value: i128| value.unsigned_abs() <= u128::from(number::MAX), BEYOND;
        serialize_u64(u64): |value: u64| value <= number::MAX, BEYOND;
        serialize_u128(u128): |value: u128| value <= u128::from(number::MAX), BEYOND;
        serialize_f32(f32): f32::is_finite, NOT_FINITE;
        serialize_f64(f64): f64::is_finite, NOT_FINITE;
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        if self.way.is_json
            && let Err(refusal) = number::check_json(value)
        {
            return Err(S::Error::custom(refusal));
        }
        self.inner.serialize_str(value)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(&self.way.check(value))
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_struct(name, &self.way.check(value))
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_variant(name, index, variant, &self.way.check(value))
            .inspect_err(|_| self.way.push(variant))
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Parts::new(self.inner.serialize_seq(length)?, self.way))
    }

    #[inline]
    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Parts::new(self.inner.serialize_tuple(length)?, self.way))
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        let inner = self.inner.serialize_tuple_struct(name, length)?;
        Ok(Parts::new(inner, self.way))
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        let inner = self
            .inner
            .serialize_tuple_variant(name, index, variant, length)?;
        Ok(Parts::new(inner, self.way).of(variant))
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Parts::new(self.inner.serialize_map(length)?, self.way))
    }

    #[inline]
    fn serialize_struct(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        let inner = self.inner.serialize_struct(name, length)?;
        Ok(Parts::new(inner, self.way.into(name)))
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        let inner = self
            .inner
            .serialize_struct_variant(name, index, variant, length)?;
        Ok(Parts::new(inner, self.way).of(variant))
    }

    #[inline]
    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

#[cfg(all(test, feature = "registry"))]
mod tests;
