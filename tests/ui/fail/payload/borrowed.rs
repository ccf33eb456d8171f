use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated<'a> {
    pub order_id: &'a str,
}

fn main() {}
