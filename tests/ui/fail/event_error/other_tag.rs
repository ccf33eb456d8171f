use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

fn main() {}
