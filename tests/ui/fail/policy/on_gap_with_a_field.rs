pubsub_runtime::domain! {
    channel orders { on_gap = live(order_id) }
}

fn main() {}
