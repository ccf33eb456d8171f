//! What the schema's derive cannot see of serde's shapes, said by keywords that the generator reads.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// Stands for a map in a schema, and says what its keys are under `x-keys`; schemars keeps of them what JSON Schema can say.
#[derive(Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Map<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_from_{}_to_{}", K::schema_name(), V::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("x-keys<{}, {}>", K::schema_id(), V::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let keys = K::json_schema(generator);
        json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<V>(),
            "x-keys": keys,
        })
    }
}

/// Stands for what an internally tagged variant holds; schemars calls it an object, whatever it is.
#[derive(Debug)]
pub struct Content<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Content<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Content<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "allOf": [generator.subschema_for::<T>()] })
    }
}

/// Whether `null` cannot stand for a value of `T` because `T` is an `Option` itself, under whatever name.
pub fn is_no_option<T: JsonSchema + ?Sized>() -> bool {
    !T::_schemars_private_is_option()
}

/// Words as a JSON list, without code for each length of list.
pub fn words(words: &[&str]) -> Value {
    words.iter().copied().collect()
}

/// The path of an instance of a generic type, such as `shop::Page<shop::Item>`.
pub fn path_of(path: &str, arguments: &[Cow<'static, str>]) -> String {
    format!("{path}<{}>", arguments.join(", "))
}
