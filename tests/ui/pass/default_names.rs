//! The item's name in snake case, less the channel's name or its singular.

use std::convert::Infallible;

use pubsub_runtime::{Event, event};

pubsub_runtime::domain! {
    channel deliveries { }
    channel ops { }
}

#[event(channel = "deliveries")]
pub struct DeliveryLate {
    pub minutes: u32,
}

#[event(channel = "deliveries")]
pub struct Delivery {
    pub id: u32,
}

#[event(channel = "ops")]
pub struct HTTPFailed {
    pub status: u16,
}

#[event(channel = "ops", name = "2fa.v2-beta")]
pub enum TwoFactor {
    Asked,
    Passed { at: u32 },
}

#[event(channel = "ops")]
pub async fn r#type(name: String) -> Result<String, Infallible> {
    Ok(name)
}

fn main() {
    assert_eq!(DeliveryLate::NAME, "deliveries:late");
    assert_eq!(Delivery::NAME, "deliveries:delivery");
    assert_eq!(HTTPFailed::NAME, "ops:http_failed");
    assert_eq!(TwoFactor::NAME, "ops:2fa.v2-beta");
    let names: Vec<_> = registry().resolve().unwrap().iter().map(|declaration| declaration.name).collect();
    assert!(names.contains(&"ops:type"), "{names:?}");
}
