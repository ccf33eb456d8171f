//! Input and output that differ, a tagged enum, a reply and an error.

use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, EventError, event, model, snapshot};

/// An order was placed.
#[event(
    channel = "orders",
    example = r#"{"orderId": "abc", "total": 1, "lines": []}"#
)]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// The shop's own id.
    #[event(filter)]
    pub order_id: String,
    /// How it is paid.
    #[serde(default)]
    #[event(filter)]
    pub paid_by: Option<Means>,
    /// In euros.
    pub total: f64,
    /// What was ordered; may be left out.
    #[serde(default)]
    pub lines: Vec<Line>,
}

/// How an order is paid.
#[model]
#[derive(Debug)]
#[serde(rename_all = "lowercase")]
pub enum Means {
    /// In advance.
    Card,
    /// Later.
    Invoice,
}

/// One line of an order.
#[model]
#[derive(Debug)]
pub struct Line {
    /// What.
    pub sku: String,
    /// How many; 1 if left out.
    #[serde(default = "one")]
    pub quantity: u32,
}

fn one() -> u32 {
    1
}

/// What became of an order.
#[event(channel = "orders", name = "changed.v2", version = 2)]
#[derive(Debug)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OrderChanged {
    /// The money is there.
    Paid,
    /// It left.
    Shipped {
        /// The number of the parcel.
        parcel: String,
    },
    /// It came back.
    Returned(Return),
}

/// Why an order came back.
#[model]
#[derive(Debug)]
pub struct Return {
    /// What the customer said.
    pub reason: Option<String>,
}

/// An order was stored.
#[event(channel = "orders")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct OrderIngested {
    /// The shop's own id.
    #[event(filter)]
    pub order_id: String,
}

/// The answer to a placed order.
#[model]
#[derive(Debug)]
pub struct OrderAck {
    /// Whether it is new.
    pub ok: bool,
}

/// Why an order was refused.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    /// Nothing is left.
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
    /// More than one customer may have.
    #[error("at most {limit}")]
    #[event_error(code = "BAD_REQUEST")]
    TooMany {
        /// How many one may have.
        limit: u32,
    },
}

/// Stores the order and tells everybody.
#[event(channel = "orders", emits(OrderIngested))]
pub async fn created(ctx: &ActionCtx, order: OrderCreated) -> Result<OrderAck, OrderError> {
    if order.lines.len() > 100 {
        return Err(OrderError::TooMany { limit: 100 });
    }
    ctx.emit(OrderIngested {
        order_id: order.order_id,
    });
    Ok(OrderAck { ok: true })
}

/// The orders that are open.
#[model]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct OpenOrders {
    /// The shop's own ids.
    pub order_ids: Vec<String>,
}

/// What a subscriber needs instead of the events it lost.
#[snapshot(channel = "orders")]
pub async fn open(_ctx: &ActionCtx) -> Result<OpenOrders, Infallible> {
    Ok(OpenOrders {
        order_ids: Vec::new(),
    })
}
