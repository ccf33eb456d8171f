//! What clients see of an error is named by serde's words, as a payload is; docs and deprecation go with it.

use pubsub_runtime::{ErrorKind, EventError, event};
use serde_json::{Value, json};

pubsub_runtime::domain! {
    channel orders { }
}

/// Why an order was refused.
#[derive(Debug, thiserror::Error, EventError)]
#[serde(rename_all_fields = "camelCase")]
pub enum OrderError {
    /// More than one customer may have.
    #[error("at most {max_lines} lines")]
    #[event_error(code = "BAD_REQUEST")]
    TooMany {
        /// How many one may have.
        max_lines: u32,
        #[serde(rename = "per")]
        per_customer: Option<String>,
        /// Not for clients.
        #[serde(skip)]
        shelf: Option<String>,
    },
    #[error("gone")]
    #[event_error(code = "NOT_FOUND", retry_after = "30s")]
    #[serde(rename = "gone_for_now", rename_all = "SCREAMING_SNAKE_CASE")]
    Gone { since_year: u32 },
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    #[deprecated(note = "use `too_many`")]
    SoldOut,
    /// What a newer server says that this client does not know.
    #[error("something else")]
    #[event_error(code = "CONFLICT")]
    #[serde(other)]
    Unknown,
    #[error("the store failed")]
    #[event_error(internal)]
    Store(std::fmt::Error),
}

#[event(channel = "orders")]
pub async fn create(order_id: String) -> Result<(), OrderError> {
    drop(order_id);
    Ok(())
}

/// Variants are in snake case unless the enum says otherwise.
#[derive(Debug, thiserror::Error, EventError)]
#[serde(tag = "type", rename_all = "kebab-case", rename = "ShipError")]
pub enum ShippingError {
    #[error("no address")]
    #[event_error(code = "BAD_REQUEST")]
    NoAddress,
}

#[event(channel = "orders")]
pub async fn ship(order_id: String) -> Result<(), ShippingError> {
    drop(order_id);
    Ok(())
}

/// It is also written by itself, for logs.
#[derive(Debug, Clone, serde::Serialize, thiserror::Error, EventError)]
#[serde(rename_all = "camelCase")]
#[deprecated]
pub enum PayError {
    #[error("no money")]
    #[event_error(code = "PAYMENT_REQUIRED")]
    NoMoney { missing: u32 },
}

#[event(channel = "orders")]
#[allow(deprecated)]
pub async fn pay(order_id: String) -> Result<(), PayError> {
    drop(order_id);
    Ok(())
}

fn wire<E: EventError>(error: &E) -> Value {
    serde_json::to_value(error.to_wire().unwrap()).unwrap()
}

fn read(json: Value) -> OrderError {
    serde_json::from_value::<<OrderError as EventError>::Wire>(json).unwrap().into()
}

#[allow(deprecated)]
fn main() {
    let too_many = OrderError::TooMany {
        max_lines: 3,
        per_customer: None,
        shelf: Some("secret".to_owned()),
    };
    let sent = json!({ "type": "too_many", "maxLines": 3, "per": null });
    assert_eq!(wire(&too_many), sent);
    let received = read(sent);
    assert!(matches!(received, OrderError::TooMany { max_lines: 3, per_customer: None, shelf: None }));

    let gone = OrderError::Gone { since_year: 2026 };
    assert_eq!(wire(&gone), json!({ "type": "gone_for_now", "SINCE_YEAR": 2026 }));
    assert_eq!((gone.kind(), gone.retry_after().unwrap().as_secs()), (ErrorKind::NotFound, 30));
    assert_eq!(wire(&OrderError::SoldOut), json!({ "type": "sold_out" }));
    assert!(matches!(read(json!({ "type": "stolen", "by": "whom" })), OrderError::Unknown));
    assert!(OrderError::Store(std::fmt::Error).to_wire().is_none());
    assert_eq!(wire(&ShippingError::NoAddress), json!({ "type": "no-address" }));
    assert_eq!(wire(&PayError::NoMoney { missing: 5 }), json!({ "type": "noMoney", "missing": 5 }));

    let definitions = serde_json::to_value(&registry().manifest().unwrap().schemas.output).unwrap();
    let order = &definitions["OrderError"];
    assert_eq!(order["description"], "Why an order was refused.");
    assert!(order["x-path"].as_str().unwrap().ends_with("::OrderError"));
    let variants = order["oneOf"].as_array().unwrap();
    assert_eq!(variants.len(), 4);
    assert_eq!(variants[0]["properties"]["maxLines"]["description"], "How many one may have.");
    assert!(variants[0]["properties"].get("shelf").is_none());
    assert_eq!(variants[2]["deprecated"], true);
    assert_eq!(variants[2]["x-deprecated"], "use `too_many`");
    assert!(definitions["ShipError"].is_object());
    assert!(definitions["PayError"].is_object());
}
