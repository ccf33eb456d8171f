pubsub_runtime::domain! {
    channel subscribe { }
}

fn main() {}
