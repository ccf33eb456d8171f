use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct OrderCreated {
    pub client_event_id: String,
    pub total: u32,
}

fn main() {}
