use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", error = std::convert::Infallible)]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
