pubsub_runtime::domain! {
    channel Orders { }
}

fn main() {}
