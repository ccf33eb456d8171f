pubsub_runtime::domain! {
    channel orders { max_events = 0 }
}

fn main() {}
