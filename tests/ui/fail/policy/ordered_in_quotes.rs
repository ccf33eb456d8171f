pubsub_runtime::domain! {
    channel orders { ordered = "by(tenant_id)" }
}

fn main() {}
