pubsub_runtime::domain! {
    channel orders { on_gap = reply }
}

fn main() {}
