//! Every kind of parameter, several services, an error, emitted events, and each word of an action.

use pubsub_runtime::{ActionCtx, Direction, EventError, Service, event, model};

pubsub_runtime::domain! {
    /// Orders.
    channel orders { subscribe = "orders:read", publish = "orders:write", retention = "24h", max_events = 1_000, ordered }
    channel ops { subscribe = public, publish = none }
}

/// An order was placed.
#[event(channel = "orders", version = 2, example = r#"{"orderId": "abc"}"#)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "ops", name = "order.stored")]
pub struct Stored {
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
    #[error("only {left} left")]
    #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "30s")]
    Few { left: u32 },
    #[error(transparent)]
    #[event_error(internal)]
    Store(#[from] std::fmt::Error),
}

pub struct Stock(u32);
pub struct Prefix(&'static str);

/// Stores the order.
#[event(channel = "orders", emits(Stored), timeout = "5s")]
pub async fn created(
    ctx: &ActionCtx,
    stock: Service<Stock>,
    prefix: Service<Prefix>,
    mut order: OrderCreated,
) -> Result<Ack, OrderError> {
    if stock.0 == 0 {
        return Err(OrderError::SoldOut);
    }
    order.order_id.insert_str(0, prefix.0);
    ctx.emit(Stored {
        order_id: order.order_id,
    });
    Ok(Ack { ok: true })
}

fn main() {
    let declared = registry().resolve().unwrap();
    let created = declared
        .iter()
        .find(|declaration| declaration.name == "orders:created")
        .unwrap();
    assert_eq!(created.direction, Direction::Both);
    assert_eq!(created.version(), 2);
    let action = created.action.unwrap();
    assert_eq!(action.timeout_ms, 5_000);
    assert_eq!(action.emits, ["ops:order.stored"]);
    assert_eq!(action.docs, "Stores the order.");

    let channels = registry().channels();
    let orders = channels[1];
    assert_eq!(orders.docs, "Orders.");
    assert!(orders.policy.ordered);
    assert_eq!(orders.policy.max_events, 1_000);
    assert_eq!(orders.policy.retention.as_secs(), 86_400);

    let few = OrderError::Few { left: 3 };
    assert_eq!(few.kind(), pubsub_runtime::ErrorKind::TooManyRequests);
    assert_eq!(few.retry_after().unwrap().as_secs(), 30);
    let manifest = registry().manifest().unwrap();
    let error = &manifest.schemas.output["OrderError"];
    let text = error.to_string();
    assert!(text.contains("sold_out") && text.contains("few"), "{text}");
    assert!(!text.contains("store"), "{text}");
}
