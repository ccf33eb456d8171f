use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub enum OrderChanged {
    Paid {
        #[event(filter)]
        order_id: String,
    },
    Shipped,
}

fn main() {}
