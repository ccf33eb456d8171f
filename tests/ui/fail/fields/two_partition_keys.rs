use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(partition_key)]
    pub order_id: String,
    #[event(partition_key)]
    pub tenant_id: String,
}

fn main() {}
