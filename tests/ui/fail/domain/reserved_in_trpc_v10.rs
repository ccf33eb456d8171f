pubsub_runtime::domain! {
    channel query { }
}

fn main() {}
