pubsub_runtime::domain! {
    channel orders { ordered = true }
}

fn main() {}
