use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {
    use pubsub_runtime::Event;
    assert_eq!(OrderCreated::NAME, "orders:created");
    assert_eq!(OrderCreated::CHANNEL, "orders");
    assert_eq!(OrderCreated::VERSION, 1);
    let declared = registry().resolve().unwrap();
    assert_eq!(declared.len(), 1);
    assert_eq!(declared[0].direction, pubsub_runtime::Direction::Sse);
}
