use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub enum OrderChanged {
    Paid { total: i128 },
    Shipped,
}

fn main() {}
