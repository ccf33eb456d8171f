pubsub_runtime::domain! {
    channel orders { on_lag = conflate(order_id, order_id) }
}

fn main() {}
