use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
#[error("sold out")]
pub struct SoldOut;

fn main() {}
