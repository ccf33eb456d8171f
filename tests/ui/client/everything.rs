//! Nothing is said of a domain that uses every feature of the attributes: no import of an action is unused.
#![deny(warnings)]

use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, EventError, Service, event, model, snapshot};

#[cfg(feature = "server")]
use crate::store::{Store, StoreError};

pubsub_runtime::domain! {
    channel orders { subscribe = "orders:read", on_gap = snapshot }
    channel prices { ordered = by(order_id), on_lag = conflate(order_id) }
}

#[cfg(feature = "server")]
mod store;

#[event(channel = "orders")]
pub struct OrderCreated {
    pub page: Page<Item>,
}

#[event(channel = "orders")]
struct OrderIngested(u32);

#[model]
pub struct Page<T> {
    pub items: Vec<T>,
}

#[model]
pub enum Item {
    Small,
    Large { size: u32 },
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
    #[cfg(feature = "server")]
    #[error(transparent)]
    #[event_error(internal)]
    Store(#[from] StoreError),
}

pub type Outcome<T> = Result<T, OrderError>;

#[event(channel = "orders", emits(OrderIngested))]
pub async fn created(ctx: &ActionCtx, store: Service<Store>, order: OrderCreated) -> Outcome<Item> {
    ctx.emit(OrderIngested(store.insert(order).await?));
    Ok(Item::Small)
}

#[event(channel = "orders")]
async fn ping(text: String) -> Result<String, Infallible> {
    Ok(text)
}

#[snapshot(channel = "orders", timeout = "5s")]
pub async fn all(ctx: &ActionCtx, store: Service<Store>) -> Outcome<Page<Item>> {
    store.all(ctx.principal()).await
}

// What a client's binary says, by another name of this crate.
mod binary {
    use crate as orders_events;

    pubsub_runtime::assert_client_build!(orders_events);
}

/// What a sender is told, which it can match on to the end.
pub async fn told<T: pubsub_runtime::client::Transport>(
    client: Client<T>,
    order: OrderCreated,
) -> Result<u32, pubsub_runtime::client::ClientError<OrderError>> {
    let answer = client.orders().created(order).detailed().await?;
    let told = answer.emitted_events.iter().map(|event| match event {
        CreatedEmitted::OrderIngested(event) => event.payload.0,
    });
    Ok(told.sum())
}

/// What a client gets instead of lost history, with no word about it.
pub async fn items<T: pubsub_runtime::client::Transport>(client: Client<T>) -> Option<Vec<Item>> {
    let mut orders = client.orders().on_created().await.ok()?;
    match orders.next().await.ok()?? {
        pubsub_runtime::client::Received::Snapshot(page) => Some(page.payload.items),
        _ => None,
    }
}

/// What a client does.
pub async fn client<T: pubsub_runtime::client::Transport>(client: Client<T>, order: OrderCreated) {
    let orders = client.orders();
    drop(orders.created(order).await);
    drop(orders.on_created().await);
}

#[event(channel = "prices")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct Priced {
    #[event(filter)]
    pub order_id: String,
    #[event(filter, partition_key)]
    pub price: Option<u32>,
}

/// What a client narrows its subscription to.
pub fn priced() -> pubsub_runtime::client::Filters {
    Priced::filter().order_id("a").price(3).into()
}
