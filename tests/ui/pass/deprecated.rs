//! `#[deprecated]` reaches the registry and the client methods, and nothing that is generated warns of it.
#![deny(deprecated)]

use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[deprecated(since = "2.0.0", note = "use `orders:placed`")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
#[deprecated]
pub async fn cancel(order_id: String) -> Result<String, Infallible> {
    Ok(order_id)
}

#[event(channel = "orders", direction = "both")]
#[derive(Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[deprecated]
pub struct OrderHeld {
    #[deprecated(note = "always 0")]
    pub order_id: u64,
}

#[model]
#[deprecated]
pub enum Colour {
    Red,
    #[deprecated]
    Green(u8),
}

fn main() {
    let declared = registry().resolve().unwrap();
    assert_eq!(declared[0].action.unwrap().deprecated, Some(""));
    assert_eq!(declared[1].event.unwrap().deprecated, Some("use `orders:placed`"));

    // The schema says what it says of a type that is not deprecated, and that.
    let manifest = registry().manifest().unwrap();
    let held = manifest.schemas.output["OrderHeld"].to_string();
    for piece in ["\"orderId\"", "::OrderHeld\"", "\"deprecated\":true", "\"x-deprecated\":\"always 0\""] {
        assert!(held.contains(piece), "{piece}: {held}");
    }
}
