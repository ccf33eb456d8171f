pubsub_runtime::domain! {
    channel orders { partitions = 16 }
}

fn main() {}
