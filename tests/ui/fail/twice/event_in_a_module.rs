use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders", name = "created")]
pub struct OrderPlaced {
    pub order_id: String,
}

fn main() {}
