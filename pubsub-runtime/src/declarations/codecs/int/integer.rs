//! The integer types.

use std::{fmt, num::NonZero};

use serde::{Deserializer, Serializer};

use super::{
    Integers,
    form::{Form, Number},
};

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
