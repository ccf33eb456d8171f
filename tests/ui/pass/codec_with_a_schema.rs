//! A codec says what it looks like on the wire.

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[serde(with = "text")]
    #[schemars(with = "String")]
    pub total: u64,
}

mod text {
    pub fn serialize<S: serde::Serializer>(total: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(total)
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text: String = serde::Deserialize::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn main() {
    let manifest = registry().manifest().unwrap();
    let schema = manifest.schemas.output["OrderCreated"].to_string();
    assert!(schema.contains("\"string\""), "{schema}");
}
