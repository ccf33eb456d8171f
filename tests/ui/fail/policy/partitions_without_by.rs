pubsub_runtime::domain! {
    channel orders { partitions = 16, ordered }
}

fn main() {}
