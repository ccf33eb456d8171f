pubsub_runtime::domain! {
    channel orders { max_bytes = "0MiB" }
}

fn main() {}
