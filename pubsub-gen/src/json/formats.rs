//! The word `format`, as readers in other languages know it.

use serde_json::{Map, Value, json};

/// Those of JSON Schema 2020-12, and those of numbers in the `OpenAPI` Format Registry, which tell which type fits.
const KNOWN: [&str; 29] = [
    "date",
    "date-time",
    "double",
    "duration",
    "email",
    "float",
    "hostname",
    "idn-email",
    "idn-hostname",
    "int16",
    "int32",
    "int64",
    "int8",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Takes out a format that strict readers refuse, and says the range of 32 bits, which schemars leaves to the format.
pub(super) fn standard(schema: &mut Map<String, Value>) {
    let range = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some("uint32") => Some((0, i64::from(u32::MAX))),
        Some(format) if KNOWN.contains(&format) => None,
        Some(_) => {
            schema.remove("format");
            None
        }
        None => None,
    };
    if let Some((least, most)) = range {
        for (word, bound) in [("minimum", least), ("maximum", most)] {
            let exclusive = format!("exclusiveM{}", &word[1..]);
            if !schema.contains_key(&exclusive) {
                schema.entry(word).or_insert(json!(bound));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_and_ranges_are_said() {
        let standard = |schema: Value| {
            let Value::Object(mut schema) = schema else {
                panic!("no object");
            };
            standard(&mut schema);
            Value::Object(schema)
        };
        assert_eq!(
            standard(json!({ "format": "uint32", "minimum": 5 })),
            json!({ "format": "uint32", "minimum": 5, "maximum": u32::MAX })
        );
        assert_eq!(
            standard(json!({ "format": "int32", "exclusiveMinimum": 0 })),
            json!({ "format": "int32", "exclusiveMinimum": 0, "maximum": i32::MAX })
        );
        for gone in ["partial-date-time", "partial-time", "ip", "uint", "int128"] {
            assert_eq!(standard(json!({ "format": gone })), json!({}));
        }
        for kept in ["uuid", "double", "date-time", "time", "uri-template"] {
            assert_eq!(
                standard(json!({ "format": kept })),
                json!({ "format": kept })
            );
        }
    }
}
