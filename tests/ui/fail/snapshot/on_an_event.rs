use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
#[pubsub_runtime::snapshot(channel = "orders")]
pub async fn created(order: OrderCreated) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
