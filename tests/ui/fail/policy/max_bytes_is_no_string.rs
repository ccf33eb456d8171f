pubsub_runtime::domain! {
    channel orders { max_bytes = 64 }
}

fn main() {}
