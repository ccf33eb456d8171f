use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

pub struct Created;

#[event(channel = "orders")]
impl Created {}

fn main() {}
