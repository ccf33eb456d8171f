use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub enum OrderChanged {
    #[event(int = "string")]
    Paid(u64),
    Shipped,
}

fn main() {}
