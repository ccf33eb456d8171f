pubsub_runtime::domain! {
    channel orders { max_lag = 0 }
}

fn main() {}
