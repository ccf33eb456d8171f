use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
pub struct PlaceOrder {
    pub order_id: String,
}

#[event(channel = "orders")]
pub async fn created(order: PlaceOrder) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
