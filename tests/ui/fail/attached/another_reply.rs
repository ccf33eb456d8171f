use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct OrderAck {
    pub ok: bool,
}

#[event(channel = "orders", direction = "both", reply = OrderAck)]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
pub struct Placed {
    pub at: u32,
}

#[event(action = OrderCreated)]
pub async fn place(order: OrderCreated) -> Result<Placed, Infallible> {
    drop(order);
    Ok(Placed { at: 1 })
}

fn main() {}
