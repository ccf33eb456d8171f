use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[pubsub_runtime::model]
pub struct Total(pub u64);

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "string")]
    pub total: Total,
}

fn main() {}
