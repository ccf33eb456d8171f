//! What the schema's derive cannot see of serde's shapes, said by keywords that the generator reads.

use std::{any::type_name, borrow::Cow, collections::BTreeMap, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, transform::Transform};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::unseen::{is_known_key, schema_of};

/// Stands for a map in a schema, and says what its keys are under `x-keys`; schemars keeps of them what JSON Schema can say.
///
/// It has the traits of a map, as it may stand for a parameter that is bound by them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

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
        if is_known_key(type_name::<K>()) {
            return BTreeMap::<K, V>::json_schema(generator);
        }
        let keys = K::json_schema(generator);
        json_schema!({
            "type": "object",
            "additionalProperties": schema_of::<V>(generator),
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
        json_schema!({ "allOf": [schema_of::<T>(generator)] })
    }
}

/// Says of a tuple how many of its items are always there: when it is written under `x-least-written`, when it is read under
/// `x-least-read`.
#[derive(Debug)]
pub struct ShortTuple(pub &'static [(&'static str, u64)]);

impl Transform for ShortTuple {
    fn transform(&mut self, schema: &mut Schema) {
        let is_tuple = |schema: &serde_json::Map<_, _>| schema.contains_key("prefixItems");
        let Some(mut object) = schema.as_object_mut() else {
            return;
        };
        // What a variant holds is a member of the variant.
        if !is_tuple(object) {
            let members = object.get_mut("properties").and_then(Value::as_object_mut);
            let mut tuples = members
                .into_iter()
                .flat_map(serde_json::Map::values_mut)
                .filter_map(Value::as_object_mut);
            match tuples.find(|member| is_tuple(member)) {
                Some(tuple) => object = tuple,
                None => return,
            }
        }
        for (keyword, least) in self.0 {
            object.insert((*keyword).to_owned(), (*least).into());
        }
    }
}

/// Whether `null` cannot stand for a value of `T` because `T` is an `Option` itself, under whatever name.
pub fn is_no_option<T: JsonSchema + ?Sized>() -> bool {
    !T::_schemars_private_is_option()
}

/// A default that no schema shows.
#[derive(Debug)]
pub enum Unshown {}

/// Stands in a schema for a default that only serde can make, as it knows the type.
pub const fn unshown() -> Option<Unshown> {
    None
}

/// Words as a JSON list, without code for each length of list.
pub fn words(words: &[&str]) -> Value {
    words.iter().copied().collect()
}

/// The path of an instance of a generic type, such as `shop::Page<shop::Item>`.
pub fn path_of(path: &str, arguments: &[Cow<'static, str>]) -> String {
    format!("{path}<{}>", arguments.join(", "))
}
