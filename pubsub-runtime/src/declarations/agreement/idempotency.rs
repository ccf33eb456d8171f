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
    schemas: &mut SchemaCollector,
    problems: &mut Vec<Problem>,
) {
    for declaration in declarations {
        let Some(Idempotent::By(rust)) = declaration.policy.idempotent else {
            continue;
        };
        let Some(payload) = declaration.payload() else {
            continue;
        };
        let schema = schemas.describe(payload);
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
        let names = marked_or_named(&read, rust);
        let is_read = !names.is_empty() && names.iter().all(|name| must.contains(name));
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

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use crate::declarations::{
        channel::ChannelPolicy,
        entry::{ActionEntry, ChannelEntry, Origin},
        event::Model,
        event_policy::{EventPolicy, Idempotent},
        registry::{Domain, Registry},
    };

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct Marked {
        order_id: String,
        number: u32,
        #[schemars(extend("x-idempotency-key" = true))]
        #[serde(rename = "k")]
        key: String,
        note: Option<String>,
        #[serde(default)]
        tag: String,
        lines: Vec<String>,
        is_new: bool,
        #[serde(skip_serializing_if = "String::is_empty")]
        left_out: String,
    }

    /// What `idempotent = by(field)` on an action with payload `P` becomes.
    fn key_of<P: Model + JsonSchema>(field: &'static str) -> Result<Option<String>, String> {
        let origin = Origin {
            package: "p",
            module: "p",
            file: "src/lib.rs",
            line: 1,
        };
        let action = ActionEntry {
            policy: EventPolicy {
                idempotent: Some(Idempotent::By(field)),
                ..EventPolicy::DEFAULT
            },
            ..ActionEntry::new::<P, ()>("orders:place", "orders", "place", "Order", origin)
        };
        let channel = ChannelEntry {
            name: "orders",
            docs: "",
            policy: ChannelPolicy::DEFAULT,
        };
        let domain = Domain {
            package: "p",
            crate_name: "p",
        };
        let registry = Registry::from_entries(domain, vec![channel], Vec::new(), vec![action]);
        let mut declared = registry.resolve().map_err(|error| error.to_string())?;
        Ok(declared.remove(0).idempotency_key)
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct Plain {
        order_id: String,
        number: u32,
        note: Option<String>,
        #[serde(default)]
        tag: String,
        lines: Vec<String>,
        is_new: bool,
        #[serde(skip_serializing_if = "String::is_empty")]
        left_out: String,
        leftout: u32,
        #[serde(skip_deserializing)]
        given: u32,
    }

    #[test]
    fn a_string_or_number_that_is_always_there_is_found_by_its_rust_name() {
        assert_eq!(
            key_of::<Plain>("order_id").unwrap().as_deref(),
            Some("orderId")
        );
        assert_eq!(
            key_of::<Plain>("number").unwrap().as_deref(),
            Some("number")
        );
    }

    #[test]
    fn what_the_macro_marked_needs_no_name() {
        assert_eq!(key_of::<Marked>("key").unwrap().as_deref(), Some("k"));
    }

    #[test]
    fn any_other_field_is_refused() {
        for field in ["note", "tag", "lines", "is_new", "given"] {
            let told = key_of::<Plain>(field).unwrap_err();
            assert!(
                told.contains(
                    "of event `orders:place` cannot tell a repeated send; name a string or a number"
                ),
                "{field}: {told}"
            );
        }
        assert_eq!(
            key_of::<Plain>("order").unwrap_err(),
            "event `orders:place` is `idempotent = by(order)`, but its payload has no field `order`; name one of its fields: \
             `given`, `isNew`, `leftOut`, `leftout`, `lines`, `note`, `number`, `orderId`, `tag`\n  at src/lib.rs:1"
        );
        assert!(key_of::<Plain>("left_out").unwrap_err().contains(
            "`idempotent = by(left_out)`, which may be any of `leftOut`, `leftout`; rename one"
        ));
        assert!(
            key_of::<String>("order_id")
                .unwrap_err()
                .contains("has no field `order_id`; write `idempotent = \"required\"`")
        );
    }
}
