use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", idempotent = by(order_id))]
#[serde(tag = "type")]
pub enum OrderChanged {
    Placed { order_id: String },
    Emptied { total: f64 },
}

fn main() {}
