//! An error of which clients see nothing, and one enum that cannot be made.

use pubsub_runtime::{ErrorKind, EventError, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum StoreError {
    #[error("secret")]
    #[event_error(internal)]
    Lost(#[from] std::fmt::Error),
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum Nothing {}

#[event(channel = "orders")]
pub async fn keep(order_id: String) -> Result<String, StoreError> {
    Ok(order_id)
}

#[event(channel = "orders")]
pub async fn drop_it(order_id: String) -> Result<String, Nothing> {
    Ok(order_id)
}

fn main() {
    let lost = StoreError::Lost(std::fmt::Error);
    assert_eq!(lost.kind(), ErrorKind::Internal);
    assert!(lost.to_wire().is_none());
    for declaration in registry().resolve().unwrap() {
        assert!(declaration.action.unwrap().error.is_none());
    }
}
