use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct OrderAck {
    pub ok: bool,
}

#[event(channel = "orders", direction = "both", reply = OrderAck)]
pub struct OrderCreated {
    pub order_id: String,
}

#[derive(Debug, thiserror::Error, pubsub_runtime::EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

#[event(action = OrderCreated)]
pub async fn place(order: OrderCreated) -> Result<OrderAck, OrderError> {
    drop(order);
    Err(OrderError::SoldOut)
}

fn main() {}
