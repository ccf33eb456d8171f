//! The field words `int`, `wire` and `redact`, in a payload, in an enum and in a model: what serde does, and what the schema says.

use std::collections::BTreeMap;

use pubsub_runtime::{event, model};
use serde_json::json;

pubsub_runtime::domain! {
    channel orders { }
}

/// Integers.
#[event(channel = "orders")]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct OrderCounted {
    #[event(filter, int = "string")]
    pub total: u128,
    #[event(int = "string")]
    pub maybe: Option<std::num::NonZeroU64>,
    #[event(int = "string")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_any: Option<i64>,
    #[event(int = "string")]
    #[serde(default = "five")]
    pub five: Option<u64>,
    #[event(int = "string")]
    pub many: BTreeMap<u128, Vec<i128>>,
    #[event(int = "checked")]
    pub checked: i128,
    /// Without a word: a number, refused beyond what JavaScript holds.
    pub plain: u64,
    /// Keys are strings anyway.
    pub by_number: BTreeMap<u128, bool>,
    #[serde(skip)]
    pub not_there: u128,
    #[cfg(any())]
    #[event(int = "string", redact)]
    pub never: u64,
}

fn five() -> Option<u64> {
    Some(5)
}

/// An enum payload takes them, too.
#[event(channel = "orders")]
#[derive(Debug)]
#[serde(tag = "type")]
pub enum OrderChanged {
    Paid {
        #[event(int = "string")]
        cents: i64,
        #[event(redact)]
        card: String,
    },
    Shipped,
}

/// Codecs.
#[model]
pub struct Coded {
    #[serde(with = "hex")]
    #[model(wire = "String")]
    pub hash: Vec<u8>,
    #[serde(with = "hex_or_null")]
    #[model(wire = "Option<String>")]
    pub asked_for: Option<Vec<u8>>,
    #[serde(default, with = "hex_or_null")]
    #[model(wire = "Option<String>")]
    pub may_be_missing: Option<Vec<u8>>,
    #[serde(serialize_with = "hex::serialize")]
    #[model(wire(out = "String"))]
    pub written: Vec<u8>,
    #[serde(serialize_with = "hex_or_null::serialize")]
    #[model(wire(out = "Option<String>"))]
    pub written_if_any: Option<Vec<u8>>,
    #[serde(deserialize_with = "hex::deserialize")]
    #[model(wire(in = "String"))]
    pub read: Vec<u8>,
    #[serde(with = "hex")]
    #[model(wire(in = "String", out = "Digest"))]
    pub named: Vec<u8>,
}

#[model]
pub struct Digest(pub String);

/// What nobody may print.
#[model]
#[derive(Clone, Debug, PartialEq)]
pub struct Secrets<X> {
    pub id: u8,
    #[model(redact)]
    pub card: String,
    #[model(redact)]
    pub pin: Option<u16>,
    #[model(redact, int = "string")]
    pub account: Option<u64>,
    #[serde(rename = "key", with = "hex")]
    #[model(redact, wire = "String")]
    pub r#type: Vec<u8>,
    #[serde(skip)]
    #[model(redact)]
    pub cached: String,
    pub rest: X,
}

#[model]
#[cfg_attr(all(), derive(std::fmt::Debug))]
pub struct Pair(pub u8, #[model(redact)] pub String);

#[model]
#[derive(Debug)]
pub enum Choice {
    None,
    Some(#[model(redact)] String),
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16));
        bytes
            .collect::<Result<_, _>>()
            .map_err(|_| D::Error::custom(format!("`{text}` is not hexadecimal")))
    }
}

mod hex_or_null {
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => super::hex::serialize(bytes, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        super::hex::deserialize(deserializer).map(Some)
    }
}

fn integers() {
    let counted = OrderCounted {
        total: u128::MAX,
        maybe: None,
        if_any: None,
        five: None,
        many: [(u128::MAX, vec![i128::MIN])].into(),
        checked: -5,
        plain: 7,
        by_number: [(u128::MAX, true)].into(),
        not_there: 0,
    };
    let json = json!({
        "total": "340282366920938463463374607431768211455",
        "maybe": null,
        "five": null,
        "many": {"340282366920938463463374607431768211455": ["-170141183460469231731687303715884105728"]},
        "checked": -5,
        "plain": 7,
        "byNumber": {"340282366920938463463374607431768211455": true},
    });
    assert_eq!(serde_json::to_value(&counted).unwrap(), json);
    assert_eq!(
        serde_json::from_str::<OrderCounted>(&json.to_string()).unwrap(),
        counted
    );
    let least = r#"{"total":"0","many":{},"checked":9007199254740991,"plain":0,"byNumber":{}}"#;
    let read: OrderCounted = serde_json::from_str(least).unwrap();
    assert_eq!((read.maybe, read.if_any, read.five), (None, None, Some(5)));
    for refused in [
        least.replace("\"0\"", "0"),
        least.replace("\"0\"", "\"00\""),
        least.replace("\"0\"", "\"-1\""),
        least.replace("9007199254740991", "9007199254740992"),
        least.replace("9007199254740991", "1.0"),
    ] {
        assert!(serde_json::from_str::<OrderCounted>(&refused).is_err(), "{refused}");
    }
    let filters = OrderCounted::filter().total(7);
    let filters = pubsub_runtime::client::Filters::from(filters);
    assert_eq!(filters.to_json().unwrap(), r#"{"total":"7"}"#);
}

fn schemas() {
    let manifest = registry().manifest().unwrap();
    let output = &manifest.schemas.output["OrderCounted"];
    let input = &manifest.schemas.input["OrderCounted"];
    let total = &output["properties"]["total"];
    assert_eq!(total["type"], "string");
    assert_eq!((&total["x-int"], &total["x-filter"]), (&json!("string"), &json!(true)));
    assert_eq!(output["properties"]["checked"]["maximum"], 9_007_199_254_740_991_u64);
    assert_eq!(
        input["required"],
        json!(["total", "many", "checked", "plain", "byNumber"])
    );
    assert_eq!(
        output["required"],
        json!(["total", "maybe", "five", "many", "checked", "plain", "byNumber"])
    );

    let schema = |settings: schemars::generate::SchemaSettings| {
        let schema = settings.into_generator().into_root_schema_for::<Coded>();
        schema.to_value()
    };
    let settings = schemars::generate::SchemaSettings::draft2020_12;
    let (output, input) = (
        schema(settings().for_serialize()),
        schema(settings().for_deserialize()),
    );
    let types = |schema: &serde_json::Value, name: &str| schema["properties"][name]["type"].clone();
    for (name, read, written) in [
        ("hash", json!("string"), json!("string")),
        ("asked_for", json!(["string", "null"]), json!(["string", "null"])),
        ("written", json!("array"), json!("string")),
        ("read", json!("string"), json!("array")),
    ] {
        assert_eq!(types(&input, name), read, "{name}");
        assert_eq!(types(&output, name), written, "{name}");
        assert_eq!(output["properties"][name]["x-wire"], true);
    }
    assert_eq!(output["properties"]["named"]["$ref"], "#/$defs/Digest");
    assert_eq!(types(&input, "named"), "string");
    assert_eq!(
        input["required"],
        json!(["hash", "asked_for", "written", "read", "named"])
    );
    // serde agrees.
    let sent = r#"{"hash":"01","asked_for":"02","written":[3],"read":"04","named":"05"}"#;
    let coded: Coded = serde_json::from_str(sent).unwrap();
    assert_eq!(coded.may_be_missing, None);
    assert_eq!(
        serde_json::to_value(&coded).unwrap(),
        json!({
            "hash": "01", "asked_for": "02", "may_be_missing": null, "written": "03",
            "written_if_any": null, "read": [4], "named": "05",
        })
    );
    let without = sent.replace(r#""asked_for":"02","#, "");
    assert!(serde_json::from_str::<Coded>(&without).is_err());
}

fn redaction() {
    let secrets = Secrets {
        id: 1,
        card: "4111".to_owned(),
        pin: Some(4112),
        account: Some(4113),
        r#type: vec![0x41, 0x14],
        cached: String::new(),
        rest: vec![2],
    };
    assert_eq!(
        format!("{secrets:?}"),
        "Secrets { id: 1, card: [redacted], pin: [redacted], account: [redacted], \
         type: [redacted], cached: [redacted], rest: [2] }"
    );
    assert_eq!(format!("{:?}", Pair(1, "4111".to_owned())), "Pair(1, [redacted])");
    assert_eq!(
        format!("{:?}", [Choice::None, Choice::Some("4111".to_owned())]),
        "[None, Some([redacted])]"
    );
    let paid = OrderChanged::Paid {
        cents: 3,
        card: "4111".to_owned(),
    };
    assert_eq!(format!("{paid:?}"), "Paid { cents: 3, card: [redacted] }");

    // It is on the wire as declared, and back.
    let json = json!({
        "id": 1, "card": "4111", "pin": 4112, "account": "4113", "key": "4114", "rest": [2],
    });
    assert_eq!(serde_json::to_value(&secrets).unwrap(), json);
    let read: Secrets<Vec<u8>> = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(read, secrets);
    let least = json!({"id": 1, "card": "c", "key": "", "rest": []});
    assert!(serde_json::from_value::<Secrets<Vec<u8>>>(least).is_ok());

    // What does not fit is not quoted.
    for (field, value) in [
        ("card", json!(4111)),
        ("card", json!(["4111"])),
        ("pin", json!(411_111)),
        ("pin", json!("4111")),
        ("account", json!("04111")),
        ("account", json!(4111)),
        ("key", json!("4111xy")),
        ("key", json!(4111)),
    ] {
        let mut json = json.clone();
        json[field] = value;
        let said = serde_json::from_value::<Secrets<Vec<u8>>>(json)
            .unwrap_err()
            .to_string();
        assert!(said.contains("redacted") && !said.contains("411"), "{field}: {said}");
    }
}

fn main() {
    integers();
    schemas();
    redaction();
}
