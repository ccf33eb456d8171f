pubsub_runtime::domain! {
    channel orders { max_bytes = "64MB" }
}

fn main() {}
