use pubsub_runtime::event;

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
