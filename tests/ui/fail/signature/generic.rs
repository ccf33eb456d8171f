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
pub async fn created<P: Send>(order: P) -> Result<(), Infallible> {
    Ok(())
}

fn main() {}
