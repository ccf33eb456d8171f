use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

pub struct Placed;

#[event(channel = "orders")]
pub async fn created(order: OrderCreated) -> Result<Placed, Infallible> {
    drop(order);
    Ok(Placed)
}

fn main() {}
