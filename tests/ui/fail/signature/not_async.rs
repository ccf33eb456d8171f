#![allow(unused_variables)]

use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub fn created(order: OrderCreated) -> Result<(), Infallible> {
    Ok(())
}

fn main() {}
