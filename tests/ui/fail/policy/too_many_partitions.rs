pubsub_runtime::domain! {
    channel orders { ordered = by(tenant_id), partitions = 33 }
}

fn main() {}
