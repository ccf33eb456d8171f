use std::convert::Infallible;

use pubsub_runtime::{model, snapshot};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

#[model]
struct Orders {
    open: Vec<String>,
}

#[snapshot(channel = "orders")]
async fn all() -> Result<Orders, Infallible> {
    Ok(Orders { open: Vec::new() })
}

fn main() {}
