pubsub_runtime::domain! {
    channel orders { on_unavailable = retry }
}

fn main() {}
