pubsub_runtime::domain! {
    channel orders { family = "Billing" }
}

fn main() {}
