use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", example = r#"{"order_id": abc}"#)]
pub struct OrderCreated {
    pub order_id: String,
}

fn main() {}
