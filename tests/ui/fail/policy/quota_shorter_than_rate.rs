pubsub_runtime::domain! {
    channel orders { rate = "50/min", quota = "1_000/s" }
}

fn main() {}
