mod client {
    pubsub_runtime::assert_client_build!("orders-events");
}

fn main() {}
