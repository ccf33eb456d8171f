pubsub_runtime::domain! {
    channel orders { ordered = by(tenant_id, region) }
}

fn main() {}
