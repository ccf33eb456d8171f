use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
pub struct Ack {
    pub ok: bool,
}

pub type Outcome = Result<bool, Infallible>;

#[event(channel = "orders", reply = Ack)]
pub async fn created(order: OrderCreated) -> Outcome {
    drop(order);
    Ok(true)
}

fn main() {}
