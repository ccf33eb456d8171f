use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(filter)]
    pub tags: Vec<String>,
    #[event(filter, partition_key)]
    #[serde(skip_serializing)]
    pub order_id: String,
    #[event(partitionkey)]
    pub tenant_id: String,
}

fn main() {}
