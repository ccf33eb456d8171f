use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
#[event_error(code = "CONFLICT")]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

fn main() {}
