use pubsub_runtime::event;
use serde::Serialize;

pubsub_runtime::domain! {
    channel orders { }
}

#[derive(Serialize)]
#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
