pubsub_runtime::domain! {
    channel orders { }
}

pubsub_runtime::domain! {
    channel ops { }
}

fn main() {}
