#![allow(unused_variables)]

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub async fn created(order: OrderCreated) -> bool {
    order.order_id.is_empty()
}

fn main() {}
