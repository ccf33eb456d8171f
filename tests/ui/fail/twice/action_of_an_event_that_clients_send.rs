use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders", direction = "both")]
pub struct OrderMoved {
    pub order_id: String,
}

#[event(channel = "orders")]
pub async fn moved(order: OrderMoved) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
