//! The orders server of the load comparison: the same event, action and channels as `tests/load/node/server.js`.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use pubsub_runtime::{ActionCtx, EventError, PubSubServer, Service, event, model};

pubsub_runtime::domain! {
    /// Everything that happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write", ordered }
    /// What the operators watch.
    channel ops { subscribe = "ops:read", publish = none }
}

/// As many orders as the store keeps.
const ORDERS_KEPT: usize = 10_000;

/// An order was placed.
#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
#[derive(Debug)]
pub struct OrderCreated {
    /// What the client calls the order.
    pub order_id: String,
    /// What it costs.
    pub total: f64,
}

/// An order was stored.
#[event(name = "ingested", channel = "ops")]
#[serde(rename_all = "camelCase")]
#[derive(Debug)]
pub struct OrderIngested {
    /// What the client calls the order.
    pub order_id: String,
}

/// The answer to a placed order.
#[model]
#[derive(Debug)]
pub struct OrderAck {
    /// Whether it was stored.
    pub ok: bool,
}

/// Why an order was not stored.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    /// It has no id.
    #[error("an order needs an id")]
    #[event_error(code = "UNPROCESSABLE_CONTENT")]
    NoId,
}

/// The latest orders by id.
#[derive(Debug, Default)]
pub struct OrderStore(Mutex<(HashMap<String, f64>, VecDeque<String>)>);

impl OrderStore {
    fn insert(&self, order: &OrderCreated) {
        // Held for one insertion, never across an await.
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (orders, oldest_first) = &mut *guard;
        if oldest_first.len() >= ORDERS_KEPT {
            let oldest = oldest_first.pop_front();
            oldest.and_then(|order_id| orders.remove(&order_id));
        }
        oldest_first.push_back(order.order_id.clone());
        orders.insert(order.order_id.clone(), order.total);
    }
}

/// Stores the order and tells everybody; what it emits goes to the channel of the operators.
#[event(channel = "orders", emits(OrderIngested))]
pub async fn created(
    ctx: &ActionCtx,
    store: Service<OrderStore>,
    order: OrderCreated,
) -> Result<OrderAck, OrderError> {
    if order.order_id.is_empty() {
        return Err(OrderError::NoId);
    }
    store.insert(&order);
    ctx.emit(OrderIngested {
        order_id: order.order_id,
    });
    Ok(OrderAck { ok: true })
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = PubSubServer::builder(registry()).service(OrderStore::default());
    let bound = server.build().await?.bind("127.0.0.1:0").await?;
    announce(&format!("listening on http://{}", bound.local_addr()));
    Ok(bound.serve().await?)
}

#[expect(clippy::print_stdout, reason = "the generator reads the address here")]
fn announce(line: &str) {
    println!("{line}");
}
