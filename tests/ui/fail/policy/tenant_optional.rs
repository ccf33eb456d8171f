pubsub_runtime::domain! {
    channel orders { tenant = optional }
}

fn main() {}
