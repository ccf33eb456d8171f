use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(filter)]
    pub tags: Option<Vec<String>>,
}

fn main() {}
