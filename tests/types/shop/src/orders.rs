//! Orders, from the cart to the archive.

use std::convert::Infallible;

use chrono::{DateTime, NaiveDate, Utc};
use pubsub_runtime::{ActionCtx, EventError, event, model, snapshot};
use uuid::Uuid;

use crate::shared::{Address, Money, Page, Stamp};

/// A customer placed an order.
///
/// It is not paid yet; `payments:captured` follows once it is.
#[event(
    channel = "orders",
    idempotent = by(order_id),
    example = r#"{"orderId": "0190b2a8-7d1c-7c3e-9a52-2f6c1f0f7d11", "lines": [{"sku": "TEA-01", "quantity": 2, "price": {"minor": 450, "currency": "EUR"}}], "total": {"minor": 900, "currency": "EUR"}, "shipTo": {"name": "Ada", "lines": ["1 High St"], "postcode": "N1", "city": "London", "country": "GB"}}"#
)]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    #[event(filter)]
    pub order_id: Uuid,
    /// At least one.
    pub lines: Vec<Line>,
    pub total: Money,
    pub ship_to: Address,
    /// Where the bill goes, if elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill_to: Option<Address>,
    #[serde(default)]
    pub gift: bool,
    /// What the customer wrote beside the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One line of an order.
#[model]
#[derive(Debug, Clone)]
pub struct Line {
    pub sku: String,
    /// How many; 1 if left out.
    #[serde(default = "one")]
    pub quantity: u16,
    /// For one of them.
    pub price: Money,
    #[serde(default, rename = "discountPercent")]
    pub discount: Option<u8>,
}

fn one() -> u16 {
    1
}

/// The answer to a placed order.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Placed {
    /// What people call the order.
    pub number: u32,
    pub estimated_delivery: NaiveDate,
}

/// Why an order was not placed.
#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    /// Somebody was faster.
    #[error("{sku} is sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut {
        sku: String,
        /// How many are left.
        left: u16,
    },
    /// The prices changed since the cart was shown.
    #[error("the total is now {total:?}")]
    #[event_error(code = "PRECONDITION_FAILED")]
    PriceChanged { total: Money },
    #[error("too many orders at once")]
    #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "30s")]
    Busy,
}

/// Reserves the goods and tells everybody.
#[event(channel = "orders", emits(OrderConfirmed), timeout = "5s")]
pub async fn placed(ctx: &ActionCtx, order: OrderPlaced) -> Result<Placed, OrderError> {
    if order.lines.is_empty() {
        return Err(OrderError::Busy);
    }
    ctx.emit(OrderConfirmed {
        order_id: order.order_id,
        number: 1,
        deliver_on: NaiveDate::MIN,
    });
    Ok(Placed {
        number: 1,
        estimated_delivery: NaiveDate::MIN,
    })
}

/// The goods are reserved.
#[event(channel = "orders")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderConfirmed {
    #[event(filter)]
    pub order_id: Uuid,
    pub number: u32,
    pub deliver_on: NaiveDate,
}

/// An order is somewhere else on its way.
#[event(channel = "orders", name = "moved", version = 2)]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderMoved {
    #[event(filter)]
    pub order_id: Uuid,
    #[serde(flatten)]
    pub stage: Stage,
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// Where an order stands.
#[model]
#[derive(Debug, Clone)]
#[serde(
    tag = "stage",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Stage {
    /// Somebody takes it from the shelves.
    Picking {
        picker: String,
    },
    Packed {
        boxes: u8,
    },
    /// A carrier has it.
    Shipped {
        parcel_ids: Vec<Uuid>,
        carrier: Carrier,
    },
    Delivered {
        delivered_at: DateTime<Utc>,
    },
    /// It came back, whole or in part.
    Returned {
        lines: Vec<Line>,
        reason: Option<String>,
    },
}

/// Who carries parcels.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    Post,
    Courier,
    /// Our own vans.
    Own,
    /// One that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Where an order stands.
#[event(channel = "orders", name = "stage-changed")]
#[deprecated(note = "listen to `orders:moved`, which says more")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderStageChanged {
    pub order_id: Uuid,
    pub stage: u8,
}

/// An order will not be delivered.
#[event(channel = "orders")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    #[event(filter)]
    pub order_id: Uuid,
    pub reason: CancelReason,
}

#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The customer changed their mind.
    ByCustomer,
    NotPaid,
    SoldOut,
    /// In the words of whoever cancelled it.
    Other(String),
}

/// Why an order was not cancelled.
#[derive(Debug, thiserror::Error, EventError)]
pub enum CancelError {
    #[error("order {order_id} is not known")]
    #[event_error(code = "NOT_FOUND")]
    NotFound { order_id: Uuid },
    /// A carrier has it.
    #[error("the order left already")]
    #[event_error(code = "CONFLICT")]
    TooLate,
}

/// Stops the order, and gives back what was paid.
#[event(channel = "orders", emits(crate::payments::PaymentRefunded))]
pub async fn cancelled(ctx: &ActionCtx, order: OrderCancelled) -> Result<(), CancelError> {
    if matches!(order.reason, CancelReason::NotPaid) {
        return Err(CancelError::TooLate);
    }
    ctx.emit(crate::payments::PaymentRefunded {
        payment_id: order.order_id,
        order_id: order.order_id,
        amount: Money {
            minor: 0,
            currency: crate::shared::Currency::Eur,
        },
    });
    Ok(())
}

/// Somebody has to look at an order before it goes on.
#[event(channel = "orders")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderHeld {
    #[event(filter)]
    pub order_id: Uuid,
    pub because: Vec<HoldReason>,
}

#[model]
#[derive(Debug, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    AddressUnclear,
    FraudSuspected,
    /// A line costs more than a customer may buy at once.
    LimitExceeded,
}

#[event(channel = "orders")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderReleased {
    #[event(filter)]
    pub order_id: Uuid,
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// One order became several, because not everything is there.
#[event(channel = "orders")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderSplit {
    pub order_id: Uuid,
    /// The new orders with what they hold.
    pub into: std::collections::BTreeMap<Uuid, Vec<Line>>,
}

/// A line of text that only staff can read.
#[event(channel = "orders", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OrderNoteAdded {
    pub order_id: Uuid,
    /// At most 2,000 characters.
    pub text: String,
}

/// The orders of one day, for screens that show sums.
#[event(channel = "orders", name = "day-closed")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct DayClosed {
    /// Always the same, so that days are in order.
    pub order_id: String,
    pub day: NaiveDate,
    pub best: Page<Best>,
    pub turnover: Vec<Money>,
}

#[model]
#[derive(Debug, Clone)]
pub struct Best(pub String, pub u32);

/// What a screen needs instead of the events it lost.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OpenOrders {
    /// By order.
    pub open: std::collections::BTreeMap<Uuid, Stage>,
}

/// Every order that is not delivered.
#[snapshot(channel = "orders")]
pub async fn open_orders(_ctx: &ActionCtx) -> Result<OpenOrders, Infallible> {
    Ok(OpenOrders {
        open: std::collections::BTreeMap::new(),
    })
}
