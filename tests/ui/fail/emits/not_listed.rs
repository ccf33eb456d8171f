use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub struct OrderIngested {
    pub order_id: String,
}

#[event(channel = "orders")]
pub struct OrderRefunded {
    pub order_id: String,
}

#[event(channel = "orders", emits(OrderIngested))]
pub async fn created(ctx: &ActionCtx, order: OrderCreated) -> Result<(), Infallible> {
    ctx.emit(OrderRefunded {
        order_id: order.order_id,
    });
    Ok(())
}

fn main() {}
