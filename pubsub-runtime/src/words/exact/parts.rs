//! Lists and objects, whose parts are checked while they are written.

use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::Way;
use crate::words::error::PathSegment;

/// The parts of a list or an object, one after the other.
pub(super) struct Parts<'a, C> {
    inner: C,
    way: Way<'a>,
    /// The variant that the parts belong to.
    variant: Option<&'static str>,
    /// How many elements were written.
    index: usize,
}

impl<'a, C> Parts<'a, C> {
    #[inline]
    pub(super) const fn new(inner: C, way: Way<'a>) -> Self {
        Self {
            inner,
            way,
            variant: None,
            index: 0,
        }
    }

    #[inline]
    pub(super) fn of(self, variant: &'static str) -> Self {
        Self {
            variant: Some(variant),
            ..self
        }
    }

    /// Notes where a member failed.
    #[cold]
    fn failed_at(&self, key: &str) {
        self.way.push(key);
        self.failed_in_variant();
    }

    /// Notes where the element after `index` others failed.
    #[cold]
    fn failed(&self) {
        self.way.trace.push(PathSegment::Index(self.index));
        self.failed_in_variant();
    }

    #[cold]
    fn failed_in_variant(&self) {
        if let Some(variant) = self.variant {
            self.way.push(variant);
        }
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident;)*) => {$(
        impl<C: $trait> $trait for Parts<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                self.inner
                    .$method(&self.way.check(value))
                    .inspect_err(|_| self.failed())?;
                self.index += 1;
                Ok(())
            }

            #[inline]
            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

macro_rules! members {
    ($($trait:ident;)*) => {$(
        impl<C: $trait> $trait for Parts<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), C::Error> {
                self.inner
                    .serialize_field(key, &self.way.check(value))
                    .inspect_err(|_| self.failed_at(key))
            }

            #[inline]
            fn skip_field(&mut self, key: &'static str) -> Result<(), C::Error> {
                self.inner.skip_field(key)
            }

            #[inline]
            fn end(self) -> Result<C::Ok, C::Error> {
                self.inner.end()
            }
        }
    )*};
}

members! {
    SerializeStruct;
    SerializeStructVariant;
}

/// Keys become strings, so their numbers are not checked.
impl<C: SerializeMap> SerializeMap for Parts<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        self.inner.serialize_key(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.inner.serialize_value(&self.way.check(value))
    }

    #[inline]
    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), C::Error> {
        self.inner
            .serialize_entry(key, &self.way.check(value))
            .inspect_err(|_| {
                let json = serde_json::to_string(key).unwrap_or_default();
                let key = serde_json::from_str::<String>(&json).unwrap_or(json);
                self.failed_at(&key);
            })
    }

    #[inline]
    fn end(self) -> Result<C::Ok, C::Error> {
        self.inner.end()
    }
}
