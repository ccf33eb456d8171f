use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub enum OrderChanged {
    #[event(redact)]
    Paid { card: String },
    Shipped,
}

fn main() {}
