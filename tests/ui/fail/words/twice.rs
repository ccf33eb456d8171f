use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", version = 2, version = 3)]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
