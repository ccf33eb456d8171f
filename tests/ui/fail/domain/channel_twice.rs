pubsub_runtime::domain! {
    channel orders { }
    channel orders { ordered }
}

fn main() {}
