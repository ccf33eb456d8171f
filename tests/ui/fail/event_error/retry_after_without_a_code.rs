use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("busy")]
    #[event_error(retry_after = "30s")]
    Busy,
}

fn main() {}
