pubsub_runtime::domain! {
    channel orders { on_unavailable = "spool" }
}

fn main() {}
