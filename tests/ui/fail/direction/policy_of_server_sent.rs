use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", direction = "sse", publish = public, max_payload = "1KiB", idempotent = "optional")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
