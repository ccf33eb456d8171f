//! What the attributes give a Rust client: inherent methods, by channel.

use std::convert::Infallible;

use pubsub_runtime::{
    EventError, Raw,
    client::{Call, ClientError, Subscribe, Transport},
    event, model,
};

pubsub_runtime::domain! {
    channel orders { }
    channel r#type { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders", direction = "both")]
pub struct OrderMoved {
    pub order_id: String,
}

#[event(channel = "orders", reply = Ack, error = OrderError)]
pub struct OrderPaid {
    pub order_id: String,
}

#[model]
pub struct Ack {
    pub ok: bool,
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

#[event(channel = "orders", name = "created")]
pub async fn create(order: OrderCreated) -> Result<Ack, OrderError> {
    drop(order);
    Ok(Ack { ok: true })
}

pub fn typed<T: Transport>(client: &Client<T>, order: OrderCreated, moved: OrderMoved, paid: OrderPaid) {
    let _: Call<T, OrderCreated, Ack, OrderError, Infallible> = client.orders().created(order);
    let _: Call<T, OrderMoved, (), Infallible> = client.orders().moved(moved);
    let _: Call<T, OrderPaid, Ack, OrderError> = client.orders().paid(paid);
    let _: Subscribe<T, OrderCreated> = client.orders().on_created();
    let _: Subscribe<T, Raw> = client.r#type().subscribe();
}

pub async fn awaited<T: Transport>(client: Client<T>, order: OrderCreated) -> bool {
    match client.orders().created(order).client_event_id("1").await {
        Ok(Ack { ok }) => ok,
        Err(ClientError::App(OrderError::SoldOut)) => false,
        Err(_) => false,
    }
}

fn main() {}

