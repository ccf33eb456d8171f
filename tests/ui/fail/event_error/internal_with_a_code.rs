use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(internal, code = "CONFLICT")]
    SoldOut,
}

fn main() {}
