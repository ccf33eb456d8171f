pubsub_runtime::domain! {
    channel orders { rate = "2_000_000_000/s" }
}

fn main() {}
