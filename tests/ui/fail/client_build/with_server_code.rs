pubsub_runtime::domain! {
    channel orders { }
}

mod client {
    use crate as orders_events;

    pubsub_runtime::assert_client_build!(orders_events);
}

fn main() {}
