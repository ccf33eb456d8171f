pub mod events {
    pubsub_runtime::domain! {
        channel orders { }
    }
}

fn main() {}
