use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", rate = "50")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
