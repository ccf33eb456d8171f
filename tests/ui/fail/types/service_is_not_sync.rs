use std::convert::Infallible;

use pubsub_runtime::{Service, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

pub struct Store(pub std::cell::Cell<u8>);

#[event(channel = "orders")]
pub async fn created(store: Service<Store>, order: OrderCreated) -> Result<(), Infallible> {
    drop((store, order));
    Ok(())
}

fn main() {}
