use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
    channel ops { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub struct OrderPaid {
    pub order_id: String,
}

/// What subscribes to it says nothing more.
pub fn subscribe<T: pubsub_runtime::client::Transport>(client: &Client<T>) {
    drop(client.orders().subscribe());
    drop(client.orders().on_created());
}

fn main() {}
