//! The word `int`: integers as decimal strings, and as numbers that JavaScript holds exactly.

mod form;
mod holders;
mod integer;

use serde::{Deserializer, Serializer};

pub use self::form::{Checked, Form, Text};
use super::redact::hide;
use crate::declarations::event::SchemaBound;

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
