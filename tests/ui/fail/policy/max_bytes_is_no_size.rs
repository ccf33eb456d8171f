pubsub_runtime::domain! {
    channel orders { max_bytes = "much" }
}

fn main() {}
