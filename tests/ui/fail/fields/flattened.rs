use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(filter)]
    #[serde(flatten)]
    pub place: Place,
}

#[pubsub_runtime::model]
pub struct Place {
    pub city: String,
}

fn main() {}
