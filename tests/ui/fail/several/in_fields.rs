use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "text", redact)]
    pub total: u128,
    #[event(wire)]
    #[serde(with = "hex")]
    pub hash: Vec<u8>,
    #[event(redact, redact)]
    #[serde(flatten)]
    pub card: std::collections::BTreeMap<String, String>,
    pub count: i128,
}

mod hex {
    pub fn serialize<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&bytes.len())
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(_: D) -> Result<Vec<u8>, D::Error> {
        Ok(Vec::new())
    }
}

fn main() {}
