pubsub_runtime::domain! {
    channel orders { colour = "red" }
}

fn main() {}
