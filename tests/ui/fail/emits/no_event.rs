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
pub struct Receipt {
    pub order_id: String,
}

#[event(channel = "orders", emits(Receipt))]
pub async fn created(order: OrderCreated) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
