//! Orders: what clients send, what they receive, and the action between.

use pubsub_runtime::{ActionCtx, EventError, Service, event, model};

#[cfg(feature = "server")]
use crate::store::{OrderStore, StoreError};

/// An order was placed.
#[event(channel = "orders", example = r#"{"orderId": "abc", "total": 100}"#)]
#[derive(Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// What the client calls the order.
    pub order_id: String,
    /// What it costs.
    pub total: f64,
}

/// An order was stored.
#[event(channel = "orders", example = r#"{"orderId": "abc"}"#)]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct OrderIngested {
    /// What the client calls the order.
    pub order_id: String,
}

/// The answer to a placed order.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderAck {
    /// Whether the order is new; `false` if one of this id was stored before.
    pub ok: bool,
}

/// Why an order was not stored.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    /// Nothing is left.
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
    /// The store failed; what it says stays on the server.
    #[cfg(feature = "server")]
    #[error(transparent)]
    #[event_error(internal)]
    Store(#[from] StoreError),
}

/// Stores the order and tells everybody.
#[event(channel = "orders", emits(OrderIngested))]
pub async fn created(
    ctx: &ActionCtx,
    store: Service<OrderStore>,
    order: OrderCreated,
) -> Result<OrderAck, OrderError> {
    let ok = store.insert(&order).await?;
    if ok {
        ctx.emit(OrderIngested {
            order_id: order.order_id,
        });
    }
    Ok(OrderAck { ok })
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    fn order(order_id: &str) -> OrderCreated {
        OrderCreated {
            order_id: order_id.to_owned(),
            total: 100.0,
        }
    }

    #[tokio::test]
    async fn an_order_is_stored_once_and_announced_once() -> Result<(), OrderError> {
        let store = Service::new(OrderStore::default());

        let ctx = ActionCtx::testing();
        let ack = created(&ctx, store.clone(), order("abc")).await?;
        assert_eq!(ack, OrderAck { ok: true });
        let ingested = OrderIngested {
            order_id: "abc".to_owned(),
        };
        assert_eq!(ctx.emitted::<OrderIngested>(), [ingested]);

        let ctx = ActionCtx::testing();
        let ack = created(&ctx, store, order("abc")).await?;
        assert_eq!(ack, OrderAck { ok: false });
        assert_eq!(ctx.emitted::<OrderIngested>(), []);
        Ok(())
    }

    #[tokio::test]
    async fn a_full_store_is_an_error_that_stays_on_the_server() {
        let store = Service::new(OrderStore::with_capacity(0));
        let ctx = ActionCtx::testing();
        let error = created(&ctx, store, order("abc")).await.unwrap_err();
        assert!(matches!(error, OrderError::Store(StoreError::Full)));
        assert!(error.to_wire().is_none());
        assert_eq!(ctx.emitted::<OrderIngested>(), []);
    }
}
