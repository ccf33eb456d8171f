use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", idempotent = by(orderId))]
pub struct OrderCreated {
    #[serde(rename = "orderId")]
    pub order_id: String,
}

fn main() {}
