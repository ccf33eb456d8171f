use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "string")]
    pub totals: [u64; 2],
}

fn main() {}
