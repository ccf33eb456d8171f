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

#[event(channel = "orders", emits(OrderIngested), timeout = "1 minute", direction = "sse")]
pub fn created(note: String, order: &OrderCreated, ctx: ActionCtx) {
    // Nothing here is reported beside the mistakes in the signature.
    std::future::ready((note, order, ctx)).await;
}

fn main() {}
