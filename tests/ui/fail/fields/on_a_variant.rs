use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub enum OrderChanged {
    #[event(partition_key)]
    Paid,
    Shipped,
}

fn main() {}
