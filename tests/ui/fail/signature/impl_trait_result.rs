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
pub async fn created(order: OrderCreated) -> impl Send {
    order
}

fn main() {}
