pubsub_runtime::domain! { }

fn main() {}
