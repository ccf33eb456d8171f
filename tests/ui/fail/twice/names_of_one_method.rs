use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders", name = "created_now")]
pub struct CreatedAtOnce {
    pub order_id: String,
}

#[event(channel = "orders", name = "created-now")]
pub struct CreatedNow {
    pub order_id: String,
}

#[event(channel = "orders", name = "created.now")]
pub async fn created(order: CreatedAtOnce) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

fn main() {}
