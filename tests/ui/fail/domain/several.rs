pubsub_runtime::domain! {
    channel Orders { retention = "soon", ordred }
    channel ops { max_events = "many", publish = nobody }
}

fn main() {}
