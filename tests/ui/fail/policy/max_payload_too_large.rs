pubsub_runtime::domain! {
    channel orders { max_payload = "8GiB" }
}

fn main() {}
