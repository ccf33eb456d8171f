use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
#[serde(untagged)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

fn main() {}
