pubsub_runtime::domain! {
    channel orders { ordered = tenant_id }
}

fn main() {}
