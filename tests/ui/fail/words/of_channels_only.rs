use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", retention = "24h")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
