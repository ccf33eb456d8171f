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

#[event(channel = "orders")]
pub async fn created(order: OrderCreated) -> Ack {
    drop(order);
    Ack { ok: true }
}

fn main() {}
