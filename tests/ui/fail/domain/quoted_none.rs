pubsub_runtime::domain! {
    channel orders { publish = "none" }
}

fn main() {}
