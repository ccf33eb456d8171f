//! The runtime under another path.

pub mod framework {
    pub use pubsub_runtime as events;
}

use std::convert::Infallible;

use framework::events::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", crate = crate::framework::events)]
pub struct OrderCreated {
    pub item: Item,
}

#[model(crate = crate::framework::events)]
pub struct Item {
    pub name: String,
}

#[event(channel = "orders", crate = crate::framework::events)]
pub async fn created(order: OrderCreated) -> Result<String, Infallible> {
    Ok(order.item.name)
}

fn main() {
    assert_eq!(registry().resolve().unwrap().len(), 1);
}
