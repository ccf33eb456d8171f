//! The fields of payloads that the runtime itself reads, found in their schemas.

use serde_json::{Map, Value};

/// How many `$ref`s and alternatives deep a payload's own fields may stand.
const MAX_DEPTH: usize = 16;
const FILTER: &str = "x-filter";
const PARTITION_KEY: &str = "x-partition-key";

/// One field of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name on the wire.
    pub(super) name: Box<str>,
    /// Whether subscribers may filter by it.
    pub(super) is_filter: bool,
    /// Whether it decides which log its event goes to.
    pub(super) is_partition_key: bool,
}

/// Why a field cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoField {
    /// The payload has none of that name.
    Absent,
    /// Several names differ in case or separators only.
    Ambiguous,
}

/// The fields of the payload with this schema; of an enum, those of all its variants.
pub(super) fn of_schema(schema: &Value, definitions: &Map<String, Value>) -> Vec<Field> {
    let mut fields = Vec::new();
    gather(schema, definitions, MAX_DEPTH, &mut fields);
    fields
}

fn gather(schema: &Value, definitions: &Map<String, Value>, depth: usize, fields: &mut Vec<Field>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let says = |property: &Value, keyword| property.get(keyword) == Some(&Value::Bool(true));
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let (is_filter, is_partition_key) = (says(property, FILTER), says(property, PARTITION_KEY));
        match fields.iter_mut().find(|field| *field.name == **name) {
            Some(known) => {
                known.is_filter |= is_filter;
                known.is_partition_key |= is_partition_key;
            }
            None => fields.push(Field {
                name: name.as_str().into(),
                is_filter,
                is_partition_key,
            }),
        }
    }
    let referred = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| definitions.get(path.strip_prefix("#/$defs/")?));
    let alternatives = ["oneOf", "anyOf", "allOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array())
        .flatten();
    for part in referred.into_iter().chain(alternatives) {
        gather(part, definitions, depth, fields);
    }
}

/// The field that Rust calls `name`: the one whose name on the wire is the same but for case, `_` and `-`.
pub(super) fn by_rust_name<'a>(fields: &'a [Field], name: &str) -> Result<&'a Field, NoField> {
    let plain = |name: &str| -> String {
        name.strip_prefix("r#")
            .unwrap_or(name)
            .chars()
            .filter(|character| !matches!(character, '_' | '-'))
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = plain(name);
    let mut found = fields.iter().filter(|field| plain(&field.name) == wanted);
    let first = found.next().ok_or(NoField::Absent)?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(NoField::Ambiguous),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definitions() -> Map<String, Value> {
        let definitions = json!({
            "Order": {"type": "object", "properties": {
                "orderId": {"type": "string", "x-filter": true},
                "region": {"$ref": "#/$defs/Region", "x-partition-key": true},
                "total": {"type": "number"},
            }},
            "Either": {"oneOf": [
                {"properties": {"orderId": {"type": "string"}, "order-id": {"type": "string"}}},
                {"$ref": "#/$defs/Order"},
            ]},
            "Circle": {"anyOf": [{"$ref": "#/$defs/Circle"}, {"properties": {"r": {}}}]},
        });
        definitions.as_object().unwrap().clone()
    }

    fn fields(name: &str) -> Vec<Field> {
        of_schema(&json!({"$ref": format!("#/$defs/{name}")}), &definitions())
    }

    #[test]
    fn marked_fields_are_found_through_references_and_alternatives() {
        for name in ["Order", "Either"] {
            let fields = fields(name);
            let marked = |wanted: &str| fields.iter().find(|field| &*field.name == wanted).unwrap();
            assert!(marked("orderId").is_filter, "{name}");
            assert!(marked("region").is_partition_key, "{name}");
            assert!(!marked("total").is_filter && !marked("total").is_partition_key);
        }
        assert_eq!(
            fields("Circle").len(),
            1,
            "a schema that refers to itself ends"
        );
        assert_eq!(fields("Unknown"), []);
    }

    #[test]
    fn a_rust_name_is_found_by_its_letters() {
        let order = fields("Order");
        assert_eq!(&*by_rust_name(&order, "order_id").unwrap().name, "orderId");
        assert_eq!(&*by_rust_name(&order, "r#total").unwrap().name, "total");
        assert_eq!(by_rust_name(&order, "orders"), Err(NoField::Absent));
        assert_eq!(
            by_rust_name(&fields("Either"), "order_id"),
            Err(NoField::Ambiguous)
        );
    }
}
