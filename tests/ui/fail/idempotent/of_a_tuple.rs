use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", idempotent = by(order_id))]
pub struct OrderCreated(pub String);

fn main() {}
