use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(partition_key)]
    pub tags: [String; 2],
}

fn main() {}
