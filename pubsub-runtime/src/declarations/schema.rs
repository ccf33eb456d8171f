//! JSON Schemas of declared types, in both directions.

use std::{panic::resume_unwind, thread};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    entry::CanonicalFn,
    manifest::{Definitions, TypeManifest},
    refusal::canonical,
    unseen::schema_of,
};

/// What is known of one type, as plain functions so that a registry entry can hold it.
#[derive(Debug, Clone, Copy)]
pub struct TypeEntry {
    /// Its schema in the direction of a generator; usually a `$ref` into the definitions.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Reads a value with serde and writes it again, so that it has the output shape.
    pub canonical: CanonicalFn,
}

impl TypeEntry {
    /// What is known of `T`.
    pub const fn of<T: JsonSchema + Serialize + DeserializeOwned>() -> Self {
        Self {
            schema: schema_of::<T>,
            canonical: canonical::<T>,
        }
    }

    /// The same with the schema of `S`, which stands for its type.
    #[must_use]
    pub const fn shaped<S: JsonSchema>(self) -> Self {
        Self {
            schema: schema_of::<S>,
            ..self
        }
    }
}

/// Gathers the schemas of many types; every named type is defined once for each direction.
#[derive(Debug)]
pub(super) struct SchemaCollector {
    output: SchemaGenerator,
    input: SchemaGenerator,
}

/// The stack of the thread that reads one direction: types in one another take some of it, as on a main thread.
const STACK: usize = 8 << 20;

impl SchemaCollector {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12();
        Self {
            output: settings.clone().for_serialize().into_generator(),
            input: settings.for_deserialize().into_generator(),
        }
    }

    /// The schema of a type in both directions.
    pub(super) fn describe(&mut self, entry: TypeEntry) -> TypeManifest {
        TypeManifest {
            output: (entry.schema)(&mut self.output),
            input: (entry.schema)(&mut self.input),
        }
    }

    /// Defines many types before they are asked for: the directions know nothing of each other, so they are gathered side by
    /// side, where threads can be started.
    pub(super) fn gather(&mut self, entries: &[TypeEntry]) {
        let gather = |generator: &mut SchemaGenerator| {
            for entry in entries {
                (entry.schema)(generator);
            }
        };
        let Self { output, input } = self;
        thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(STACK);
            let other = thread.spawn_scoped(scope, || gather(input));
            gather(output);
            if let Ok(other) = other {
                // What a schema of the user's own panics with is the user's to see.
                other.join().unwrap_or_else(|panic| resume_unwind(panic));
            }
        });
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
    pub(super) fn into_definitions(mut self) -> Definitions {
        Definitions {
            output: self.output.take_definitions(true),
            input: self.input.take_definitions(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, panic::catch_unwind};

    use super::*;

    mod other {
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub(super) struct Item {
            #[serde(rename(serialize = "written", deserialize = "read"))]
            both: u32,
        }
    }

    #[derive(Serialize, serde::Deserialize, JsonSchema)]
    struct Item {
        other: Option<other::Item>,
        #[serde(default)]
        inner: Vec<Item>,
    }

    #[test]
    fn side_by_side_the_same_is_gathered_as_one_after_the_other() {
        let entries = [
            TypeEntry::of::<Vec<other::Item>>(),
            TypeEntry::of::<Item>(),
            TypeEntry::of::<Option<u32>>(),
        ];
        let mut gathered = SchemaCollector::new();
        gathered.gather(&entries);
        assert_eq!(gathered.output_definitions().len(), 2);
        assert_eq!(gathered.input_definitions().len(), 2);
        let mut described = SchemaCollector::new();
        for entry in entries {
            assert_eq!(described.describe(entry), gathered.describe(entry));
        }
        let definitions = described.into_definitions();
        // Two types of one name are told apart by the order in which they are met.
        assert_eq!(definitions.output.len(), 2);
        assert_ne!(definitions.output, definitions.input);
        assert_eq!(definitions, gathered.into_definitions());
    }

    /// A type whose own schema panics in one direction.
    #[derive(Serialize, serde::Deserialize)]
    struct Panics;

    impl JsonSchema for Panics {
        fn schema_name() -> Cow<'static, str> {
            "Panics".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            assert!(generator.contract().is_serialize(), "no schema for input");
            Schema::default()
        }
    }

    #[test]
    fn what_a_schema_panics_with_is_told() {
        let gathered = catch_unwind(|| SchemaCollector::new().gather(&[TypeEntry::of::<Panics>()]));
        assert_eq!(
            gathered.unwrap_err().downcast_ref(),
            Some(&"no schema for input")
        );
    }
}
