pubsub_runtime::domain! {
    topic orders { }
}

fn main() {}
