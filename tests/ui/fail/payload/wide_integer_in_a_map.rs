use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub totals: std::collections::BTreeMap<u128, i128>,
}

fn main() {}
