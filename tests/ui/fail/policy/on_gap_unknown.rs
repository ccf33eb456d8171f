pubsub_runtime::domain! {
    channel orders { on_gap = everything }
}

fn main() {}
