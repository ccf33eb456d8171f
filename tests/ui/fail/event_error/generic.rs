use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError<T> {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut(T),
}

fn main() {}
