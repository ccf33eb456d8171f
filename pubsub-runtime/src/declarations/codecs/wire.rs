//! The word `wire`: a field whose codec makes something else of it than its type says.

use std::{borrow::Cow, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::declarations::unseen::schema_of;

/// The schema of a field that is read as `In` and written as `Out`.
///
/// It is never optional of itself: serde asks for a field with a codec, even if it is an `Option`, unless it has a default.
#[derive(Debug)]
pub struct Wire<In, Out>(PhantomData<fn() -> (In, Out)>);

impl<In: JsonSchema, Out: JsonSchema> JsonSchema for Wire<In, Out> {
    fn schema_name() -> Cow<'static, str> {
        let (input, output) = (In::schema_name(), Out::schema_name());
        if input == output {
            input
        } else {
            format!("{output}_or_{input}").into()
        }
    }

    fn schema_id() -> Cow<'static, str> {
        format!("wire({}, {})", In::schema_id(), Out::schema_id()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        if generator.contract().is_serialize() {
            schema_of::<Out>(generator)
        } else {
            schema_of::<In>(generator)
        }
    }
}
