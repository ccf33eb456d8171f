//! An alias hides the `Result`: the type system finds reply and error, or the words say them.

use pubsub_runtime::{EventError, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

pub type Outcome<T> = Result<T, OrderError>;
pub type Answer = Outcome<bool>;

pub mod short {
    pub type Result<T> = std::result::Result<T, super::OrderError>;
}

#[event(channel = "orders")]
pub async fn create(order_id: String) -> Outcome<bool> {
    Ok(order_id.is_empty())
}

#[event(channel = "orders")]
pub async fn pay(order_id: String) -> short::Result<bool> {
    Ok(order_id.is_empty())
}

#[event(channel = "orders", reply = bool, error = OrderError)]
pub async fn ship(order_id: String) -> Answer {
    Ok(order_id.is_empty())
}

fn main() {
    let declared = registry().resolve().unwrap();
    assert!(declared.iter().all(|declaration| declaration.action.unwrap().error.is_some()));
    assert_eq!(declared.len(), 3);
}
