//! The runtime under another path.

pub mod framework {
    pub use pubsub_runtime as events;
}

use std::convert::Infallible;

use framework::events::{client::Filters, event, model, snapshot};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

#[event(channel = "orders", crate = crate::framework::events)]
pub struct OrderCreated {
    #[event(filter)]
    pub order_id: u64,
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

#[snapshot(channel = "orders", crate = crate::framework::events)]
pub async fn items() -> Result<Vec<Item>, Infallible> {
    Ok(Vec::new())
}

fn main() {
    let filters: Filters = OrderCreated::filter().order_id(1).into();
    assert_eq!(filters.to_json().unwrap(), r#"{"order_id":1}"#);
    assert_eq!(registry().resolve().unwrap().len(), 1);
}
