use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(chanel = "orders", version = 0, direction = "up", version = 2)]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
