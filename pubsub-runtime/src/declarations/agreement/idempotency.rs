//! The payload field that `idempotent = by(…)` names.

use serde_json::Value;

use super::super::{
    entry::Declaration,
    event_policy::Idempotent,
    fields::{Fields, Scalar, fields, may_be_null, required, scalar},
    registry_error::Problem,
    schema::SchemaCollector,
};
use super::named;

/// Finds the field of every `idempotent = by(…)`, and notes what it is called on the wire.
pub(in super::super) fn check_idempotency<'a>(
    declarations: impl Iterator<Item = &'a mut Declaration>,
    problems: &mut Vec<Problem>,
) {
    let mut schemas = SchemaCollector::new();
    for declaration in declarations {
        let Some(Idempotent::By(rust)) = declaration.policy.idempotent else {
            continue;
        };
        let of_event = declaration.event.map(|event| event.payload);
        let of_action = declaration.action.map(|action| action.payload);
        let Some(payload) = of_event.or(of_action) else {
            continue;
        };
        let schema = payload(&mut schemas);
        let (output, input) = (schema.output.to_value(), schema.input.to_value());
        let written = fields(&output, schemas.output_definitions());
        let read = fields(&input, schemas.input_definitions());
        let name = match marked_or_named(&written, rust).as_slice() {
            [] => {
                problems.push(Problem::no_id_field(declaration, rust, written.keys()));
                continue;
            }
            [name] => (*name).to_owned(),
            several => {
                problems.push(Problem::ambiguous_id(declaration, rust, several));
                continue;
            }
        };
        let is_id = |schema: &Value| {
            let definitions = schemas.output_definitions();
            let kind = scalar(schema, definitions);
            matches!(kind, Some(Scalar::Text | Scalar::Number)) && !may_be_null(schema, definitions)
        };
        let is_written = required(&output, schemas.output_definitions()).contains(&*name);
        // A default would be the same id for everybody.
        let must = required(&input, schemas.input_definitions());
        let is_read = marked_or_named(&read, rust)
            .iter()
            .all(|name| must.contains(name));
        if !(is_written && is_read && written.get(&*name).is_some_and(|field| is_id(field))) {
            problems.push(Problem::unfit_id(declaration, &name));
        }
        declaration.idempotency_key = Some(name);
    }
}

/// The field that the macro marked, as it saw the struct; else those that are called so.
fn marked_or_named<'a>(found: &Fields<'a>, rust: &str) -> Vec<&'a str> {
    let is_marked =
        |(_, field): &(&&str, &&Value)| field.get("x-idempotency-key") == Some(&Value::Bool(true));
    match found.iter().find(is_marked) {
        Some((name, _)) => vec![name],
        None => named(found, rust),
    }
}
