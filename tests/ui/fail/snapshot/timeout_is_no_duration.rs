use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, Service, event, model, snapshot};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
pub struct Orders {
    pub open: Vec<String>,
}

pub struct Store;

#[snapshot(channel = "orders", timeout = "5")]
pub async fn all() -> Result<Orders, Infallible> {
    Ok(Orders { open: Vec::new() })
}

pub type Uses = (&'static ActionCtx, Service<Store>, Infallible);

fn main() {}
