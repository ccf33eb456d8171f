use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    SoldOut,
}

fn main() {}
