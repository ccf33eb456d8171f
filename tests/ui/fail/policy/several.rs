pubsub_runtime::domain! {
    channel orders { max_bytes = "64MB", on_gap = reply, on_lag = conflate, partitions = 2, max_replay = 0 }
}

fn main() {}
