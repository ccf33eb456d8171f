pubsub_runtime::domain! {
    channel orders { retention = "24hh" }
}

fn main() {}
