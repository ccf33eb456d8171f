//! JSON Schemas of declared types, in both directions.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{entry::CanonicalFn, refusal::canonical};

/// Gathers the schemas of many types; every named type is defined once for each direction.
#[derive(Debug)]
pub struct SchemaCollector {
    output: SchemaGenerator,
    input: SchemaGenerator,
}

/// The schema of one type in both directions; usually a `$ref` into the definitions of its direction.
#[derive(Debug, Clone)]
pub struct TypeSchema {
    /// What serde writes.
    pub output: Schema,
    /// What serde accepts.
    pub input: Schema,
    /// Reads a value with serde and writes it again; what the schemas are compared with.
    pub canonical: CanonicalFn,
}

/// The schema of one type, as a plain function so that a registry entry can hold it.
pub type SchemaFn = fn(&mut SchemaCollector) -> TypeSchema;

/// The [`SchemaFn`] of `T`.
pub fn schema_of<T: JsonSchema + Serialize + DeserializeOwned>(
    collector: &mut SchemaCollector,
) -> TypeSchema {
    TypeSchema {
        output: collector.output.subschema_for::<T>(),
        input: collector.input.subschema_for::<T>(),
        canonical: canonical::<T>,
    }
}

impl SchemaCollector {
    pub(crate) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12();
        Self {
            output: settings.clone().for_serialize().into_generator(),
            input: settings.for_deserialize().into_generator(),
        }
    }

    /// The definitions gathered so far, for output.
    pub(super) fn output_definitions(&self) -> &Map<String, Value> {
        self.output.definitions()
    }

    /// The definitions gathered so far, for input.
    pub(super) fn input_definitions(&self) -> &Map<String, Value> {
        self.input.definitions()
    }

    /// The definitions gathered, for output and for input.
    pub(crate) fn into_definitions(mut self) -> (Map<String, Value>, Map<String, Value>) {
        (
            self.output.take_definitions(true),
            self.input.take_definitions(true),
        )
    }
}
