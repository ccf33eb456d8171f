pubsub_runtime::domain! {
    channel orders { tenant }
}

fn main() {}
