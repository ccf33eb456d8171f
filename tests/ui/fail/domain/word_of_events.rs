pubsub_runtime::domain! {
    channel orders { version = 2 }
}

fn main() {}
