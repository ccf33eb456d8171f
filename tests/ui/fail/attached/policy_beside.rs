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

#[event(
    action = OrderCreated,
    name = "placed",
    direction = "sse",
    version = 2,
    example = r#"{"order_id": "a"}"#,
    publish = none,
    rate = "50/s",
    max_payload = "1KiB",
    idempotent = "required",
)]
pub async fn place(order: OrderCreated) -> Result<OrderAck, Infallible> {
    drop(order);
    Ok(OrderAck { ok: true })
}

fn main() {}
