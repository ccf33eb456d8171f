pubsub_runtime::domain! {
    channel orders { subscribe = everybody }
}

fn main() {}
