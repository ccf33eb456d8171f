pubsub_runtime::domain! {
    channel orders { quota = "a lot" }
}

fn main() {}
