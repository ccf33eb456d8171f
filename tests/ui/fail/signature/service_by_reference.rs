#![allow(unused_variables)]

use std::convert::Infallible;

use pubsub_runtime::{Service, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

pub struct Store;

#[event(channel = "orders")]
pub async fn created(store: &Service<Store>, order: OrderCreated) -> Result<(), Infallible> {
    Ok(())
}

fn main() {}
