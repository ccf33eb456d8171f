use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(chanel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
