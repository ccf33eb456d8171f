use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", direction = "sse", rate = "50/s")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
