use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders", name = "Created", error = std::convert::Infallible)]
pub struct OrderCreated {
    pub order_id: &'static str,
    pub total: u128,
    #[serde(with = "hex")]
    pub hash: Vec<u8>,
}

/// The event is declared all the same, so this finds it.
pub fn name() -> &'static str {
    <OrderCreated as pubsub_runtime::Event>::NAME
}

fn main() {}
