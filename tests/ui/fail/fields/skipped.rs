use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[derive(Default)]
pub struct OrderCreated {
    #[event(filter)]
    #[serde(skip)]
    pub order_id: String,
}

fn main() {}
