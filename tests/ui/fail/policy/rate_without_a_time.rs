pubsub_runtime::domain! {
    channel orders { rate = "50" }
}

fn main() {}
