use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", name = "created-now")]
pub struct CreatedNow {
    pub order_id: String,
}

#[event(channel = "orders", name = "created_now")]
pub struct CreatedAtOnce {
    pub order_id: String,
}

fn main() {}
