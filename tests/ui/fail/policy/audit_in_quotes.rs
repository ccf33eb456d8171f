pubsub_runtime::domain! {
    channel orders { audit = "off" }
}

fn main() {}
