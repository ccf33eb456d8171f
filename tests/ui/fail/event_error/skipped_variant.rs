use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    #[serde(skip)]
    SoldOut,
}

fn main() {}
