pubsub_runtime::domain! {
    channel orders { subscribe = "orders read" }
}

fn main() {}
