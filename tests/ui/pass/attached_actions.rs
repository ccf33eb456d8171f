//! Contract first: reply and error stand at the event, and its action anywhere, also beside `direction = "both"` under its name.

use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, Direction, EventError, Service, event, model};

pubsub_runtime::domain! {
    channel orders { }
}

pub mod contract {
    use super::{EventError, event, model};

    #[model]
    pub(crate) struct OrderAck {
        pub(crate) ok: bool,
    }

    #[derive(Debug, thiserror::Error, EventError)]
    pub enum OrderError {
        #[error("sold out")]
        #[event_error(code = "CONFLICT")]
        SoldOut,
    }

    #[event(channel = "orders", reply = OrderAck, error = OrderError)]
    pub struct OrderCreated {
        pub order_id: String,
    }

    #[event(channel = "orders", direction = "both")]
    pub struct OrderMoved {
        pub order_id: String,
    }

    #[event(channel = "orders", direction = "cse", reply = u32)]
    pub struct OrderCounted {}

    /// Its action is not written yet.
    #[event(channel = "orders", reply = ())]
    pub struct OrderClosed {}
}

/// The store.
#[derive(Debug)]
pub struct Store;

/// Under a feature of no name here: an attached action needs none.
pub mod actions {
    use super::{
        ActionCtx, Infallible, Service, Store,
        contract::{OrderAck, OrderCounted, OrderCreated, OrderError, OrderMoved},
        event,
    };

    type Answer<T> = Result<T, OrderError>;

    #[event(action = OrderCreated, emits(OrderMoved), timeout = "5s", retry_safe)]
    pub(crate) async fn place(
        ctx: &ActionCtx,
        _store: Service<Store>,
        order: OrderCreated,
    ) -> Answer<OrderAck> {
        if order.order_id.is_empty() {
            return Err(OrderError::SoldOut);
        }
        ctx.emit(OrderMoved {
            order_id: order.order_id,
        });
        Ok(OrderAck { ok: true })
    }

    #[event(action = super::contract::OrderMoved)]
    pub async fn moved(order: OrderMoved) -> Result<(), Infallible> {
        drop(order);
        Ok(())
    }

    #[event(action = OrderCounted, reply = u32, error = Infallible)]
    pub async fn counted(_counted: OrderCounted) -> Counted {
        Ok(7)
    }

    type Counted = Result<u32, Infallible>;
}

fn main() {
    let declared = registry().resolve().unwrap();
    let told: Vec<_> = declared
        .iter()
        .map(|event| (event.name, event.direction, event.action.map(|action| action.fn_name)))
        .collect();
    assert_eq!(
        told,
        [
            ("orders:closed", Direction::Both, None),
            ("orders:counted", Direction::Cse, Some("counted")),
            ("orders:created", Direction::Both, Some("place")),
            ("orders:moved", Direction::Both, Some("moved")),
        ]
    );
    let created = declared[2].action.unwrap();
    assert!(created.is_attached && created.retry_safe);
    assert_eq!((created.timeout_ms, created.emits), (5_000, &["orders:moved"][..]));
}
