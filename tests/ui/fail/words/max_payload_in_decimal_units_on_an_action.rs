use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders", max_payload = "1MB")]
pub async fn created(order: OrderCreated) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
