use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

pub struct Order;

#[event(channel = "orders")]
pub async fn placed(order: Order) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
