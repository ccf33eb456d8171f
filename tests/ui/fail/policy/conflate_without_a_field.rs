pubsub_runtime::domain! {
    channel orders { on_lag = conflate }
}

fn main() {}
