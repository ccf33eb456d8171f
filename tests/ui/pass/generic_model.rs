//! A generic part of a payload: each instance has a name of its own.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Page<T, const N: usize> {
    pub items: Vec<T>,
}

#[model]
pub struct Order {
    pub id: u32,
}

#[event(channel = "orders")]
pub struct OrdersListed {
    pub orders: Page<Order, 2>,
    pub names: Page<String, 3>,
}

fn main() {
    let manifest = registry().manifest().unwrap();
    let names: Vec<_> = manifest.schemas.output.keys().collect();
    assert!(names.iter().any(|name| *name == "Page_Order_2"), "{names:?}");
    assert!(names.iter().any(|name| *name == "Page_string_3"), "{names:?}");
}
