use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(wire = "String")]
    #[serde(skip)]
    pub hash: Vec<u8>,
}

fn main() {}
