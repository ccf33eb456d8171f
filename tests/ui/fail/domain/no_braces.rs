pubsub_runtime::domain! {
    channel orders;
    channel ops { }
}

fn main() {}
