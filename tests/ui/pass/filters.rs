//! Filters and partition keys of every kind, the typed filters of a client, and what the registry makes of them.

use pubsub_runtime::{client::Filters, event, model};

pubsub_runtime::domain! {
    channel orders { ordered = by(tenant_id) }
}

#[model]
#[derive(PartialEq)]
pub struct OrderId(pub String);

#[model]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    BrandNew,
    Used,
}

/// An order was placed.
#[event(channel = "orders")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// What the client calls the order.
    #[event(filter)]
    pub order_id: String,
    #[event(filter)]
    #[serde(rename = "kind")]
    pub what_kind: Option<Kind>,
    #[event(filter)]
    pub lines: u32,
    #[event(filter)]
    #[serde(default)]
    pub r#final: bool,
    #[event(filter)]
    pub total: f64,
    #[event(filter)]
    #[serde(with = "codec")]
    #[schemars(with = "String")]
    pub hash: Vec<u8>,
    #[event(filter)]
    pub note: Option<Box<str>>,
    pub tenant_id: String,
    #[cfg(any())]
    #[event(filter)]
    pub never: NoSuchType,
}

mod codec {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&bytes.len())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}

/// Another order was placed; its own key wins over the channel's.
#[event(channel = "orders")]
struct OrderMoved {
    #[event(filter, partition_key)]
    #[serde(rename(serialize = "orderId"))]
    id: OrderId,
    #[allow(dead_code)]
    tenant_id: String,
}

impl std::fmt::Debug for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("kind")
    }
}

fn main() {
    let filters: Filters = OrderCreated::filter()
        .order_id("a")
        .order_id("b".to_owned())
        .what_kind(Kind::BrandNew)
        .lines(3)
        .r#final(true)
        .total(2.5)
        .hash("03")
        .note("n")
        .into();
    let sent = serde_json::to_string(&filters).unwrap();
    let expected = r#"{"final":true,"hash":"03","kind":"brand-new","lines":3,"note":"n","orderId":["a","b"],"total":2.5}"#;
    assert_eq!(sent, expected);
    let moved: Filters = OrderMoved::filter().id(OrderId("a".to_owned())).into();
    assert_eq!(serde_json::to_string(&moved).unwrap(), r#"{"orderId":"a"}"#);

    let declared = registry().resolve().unwrap();
    assert_eq!(declared[0].filters, ["final", "hash", "kind", "lines", "note", "orderId", "total"]);
    assert_eq!(declared[0].partition_key.as_deref(), Some("tenantId"));
    assert_eq!(declared[1].partition_key.as_deref(), Some("orderId"));
    let manifest = registry().manifest().unwrap();
    let schema = &manifest.schemas.output["OrderCreated"]["properties"];
    assert_eq!(schema["orderId"]["x-filter"], true);
    assert_eq!(schema["tenantId"]["x-filter"], serde_json::Value::Null);
    let moved = &manifest.schemas.output["OrderMoved"]["properties"];
    assert_eq!(moved["orderId"]["x-partition-key"], true);
}
