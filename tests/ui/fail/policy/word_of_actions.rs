pubsub_runtime::domain! {
    channel orders { retry_safe }
}

fn main() {}
