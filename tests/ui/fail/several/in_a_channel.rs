pubsub_runtime::domain! {
    channel orders { rate = "50", quota = 7, on_unavailable = queue, family = "A", tenant, audit = on }
}

fn main() {}
