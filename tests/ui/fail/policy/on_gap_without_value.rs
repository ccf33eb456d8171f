pubsub_runtime::domain! {
    channel orders { on_gap, max_lag = 5 }
}

fn main() {}
