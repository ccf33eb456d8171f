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

#[event(channel = "orders")]
pub struct OrderMoved {
    pub order_id: String,
}

#[event(action = OrderMoved)]
pub async fn moved(order: OrderMoved) -> Result<OrderAck, Infallible> {
    drop(order);
    Ok(OrderAck { ok: true })
}

fn main() {}
