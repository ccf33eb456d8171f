use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub union Created {
    pub number: u32,
}

fn main() {}
