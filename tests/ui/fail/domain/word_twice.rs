pubsub_runtime::domain! {
    channel orders { ordered, ordered }
}

fn main() {}
