use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    pub client_event_id: String,
}

fn main() {}
