pubsub_runtime::domain! {
    channel orders { on_lag = drop_oldst }
}

fn main() {}
