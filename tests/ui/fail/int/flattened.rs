use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "string")]
    #[serde(flatten)]
    pub totals: std::collections::BTreeMap<String, u64>,
}

fn main() {}
