//! Only the missing derives are added, and they stand before the helper attributes.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
#[serde(rename_all = "kebab-case")]
#[derive(Debug, Clone)]
pub enum Size {
    ExtraLarge,
    Of { length_mm: u32 },
}

#[event(channel = "orders", name = "sized")]
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Sized(pub Size);

fn main() {
    let manifest = registry().manifest().unwrap();
    let schema = manifest.schemas.output["OrderCreated"].to_string();
    assert!(schema.contains("orderId"), "{schema}");
    let size = manifest.schemas.output["Size"].to_string();
    assert!(size.contains("extra-large"), "{size}");
    assert!(size.contains("\"x-path\":\"") && size.contains("::Size\""), "{size}");
}
