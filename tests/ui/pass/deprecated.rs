//! `#[deprecated]` reaches the registry and the client methods.
#![allow(deprecated, reason = "the schema derive names the deprecated type")]

use std::convert::Infallible;

use pubsub_runtime::event;

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

fn main() {
    let declared = registry().resolve().unwrap();
    assert_eq!(declared[0].action.unwrap().deprecated, Some(""));
    assert_eq!(declared[1].event.unwrap().deprecated, Some("use `orders:placed`"));
}
