//! Declares events that `first.rs` declares too.

use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub number: String,
}

#[model]
pub struct Ack {
    pub ok: bool,
}

#[model]
pub struct Payment {
    pub id: String,
}

#[event(channel = "orders")]
pub async fn paid(_payment: Payment) -> Result<Ack, Infallible> {
    Ok(Ack { ok: true })
}

#[model]
pub struct Parcel {
    pub id: String,
}

#[event(channel = "orders")]
pub async fn shipped(_parcel: Parcel) -> Result<Ack, Infallible> {
    Ok(Ack { ok: true })
}
