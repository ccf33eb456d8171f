use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", quota = "100/day")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
