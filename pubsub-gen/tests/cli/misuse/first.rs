//! Declares events that `second.rs` declares too.

use std::convert::Infallible;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    //~ channel `orders` is declared by `first` and by `second`
    channel orders { }
}

//~ event `orders:created` is declared twice
#[event(channel = "orders")]
pub struct OrderCreated {
    pub id: String,
}

//~ event `orders:paid` carries `OrderPaid`, but its action takes `Payment`
#[event(channel = "orders")]
pub struct OrderPaid {
    pub id: String,
}

#[model]
pub struct Ack {
    pub ok: bool,
}

#[model]
pub struct Parcel {
    pub id: String,
}

//~ event `orders:shipped` has two actions
#[event(channel = "orders")]
pub async fn shipped(_parcel: Parcel) -> Result<Ack, Infallible> {
    Ok(Ack { ok: true })
}
