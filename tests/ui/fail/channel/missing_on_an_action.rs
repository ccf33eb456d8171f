use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(timeout = "5s")]
pub async fn placed(order: OrderCreated) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
