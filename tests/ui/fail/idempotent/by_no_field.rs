use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", idempotent = by(key))]
pub struct OrderCreated {
    pub order_id: String,
    pub total: f64,
}

fn main() {}
