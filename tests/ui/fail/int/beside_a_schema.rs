use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "string")]
    #[schemars(with = "String")]
    pub total: u64,
}

fn main() {}
