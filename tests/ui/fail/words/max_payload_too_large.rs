use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", max_payload = "8GiB")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
