use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", rate = "50", max_payload = "1MB", idempotent = by(order), publish = "none")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
