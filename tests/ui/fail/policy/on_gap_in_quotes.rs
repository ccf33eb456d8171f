pubsub_runtime::domain! {
    channel orders { on_gap = "replay" }
}

fn main() {}
