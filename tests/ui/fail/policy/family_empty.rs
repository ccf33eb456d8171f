pubsub_runtime::domain! {
    channel orders { family = "" }
}

fn main() {}
