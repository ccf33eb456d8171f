use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
#[event_error(crat = pubsub_runtime)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

fn main() {}
