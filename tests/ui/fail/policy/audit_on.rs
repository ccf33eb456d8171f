pubsub_runtime::domain! {
    channel orders { audit = on }
}

fn main() {}
