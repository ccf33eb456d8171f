pubsub_runtime::domain! {
    channel orders { on_unavailable = spol }
}

fn main() {}
