use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("busy")]
    #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "soon")]
    Busy,
}

fn main() {}
