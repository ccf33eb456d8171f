pubsub_runtime::domain! {
    channel orders { max_replay = 0 }
}

fn main() {}
