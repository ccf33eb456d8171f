use std::sync::{Arc, Weak};

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Item {
    pub name: String,
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub items: Vec<Weak<Item>>,
    pub first: Arc<Item>,
}

fn main() {}
