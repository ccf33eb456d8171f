use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", reply = Placed)]
pub struct OrderCreated {
    pub order_id: String,
}

pub struct Placed;

fn main() {}
