use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[pubsub_runtime::model]
pub struct Card {
    pub number: String,
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(redact)]
    #[serde(flatten)]
    pub card: Card,
}

fn main() {}
