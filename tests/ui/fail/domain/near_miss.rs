pubsub_runtime::domain! {
    channel orders { retension = "24h" }
}

fn main() {}
