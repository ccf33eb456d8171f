use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    #[event(int = "checked")]
    pub totals: Option<Vec<f64>>,
}

fn main() {}
