pubsub_runtime::domain! {
    channel orders { ordered = by() }
}

fn main() {}
