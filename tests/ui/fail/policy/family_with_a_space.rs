pubsub_runtime::domain! {
    channel orders { family = "our bills" }
}

fn main() {}
