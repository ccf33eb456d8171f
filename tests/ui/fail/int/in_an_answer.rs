use std::{collections::BTreeMap, convert::Infallible};

use pubsub_runtime::{event, snapshot};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

#[event(channel = "orders", reply = u128)]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub struct OrderMoved {
    pub order_id: String,
}

#[event(channel = "orders", name = "orders:total")]
pub async fn total(order: OrderMoved) -> Result<Option<i128>, Infallible> {
    drop(order);
    Ok(None)
}

#[snapshot(channel = "orders")]
pub async fn all() -> Result<Vec<u128>, Infallible> {
    Ok(Vec::new())
}

#[event(channel = "orders", reply = BTreeMap<u128, u64>)]
pub struct OrderCounted {
    pub order_id: String,
}

fn main() {}
