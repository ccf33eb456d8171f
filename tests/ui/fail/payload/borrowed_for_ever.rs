use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: &'static str,
    pub tags: Vec<&'static str>,
    pub names: (u8, Option<&'static [u8]>),
    #[serde(skip)]
    pub kind: &'static str,
}

fn main() {}
