pubsub_runtime::domain! {
    channel orders { rate = "0/s" }
}

fn main() {}
