use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error("only {0} left")]
    #[event_error(code = "CONFLICT")]
    Few(u32),
    #[error("busy")]
    #[event_error(code = "BUSY", retry_after = "soon")]
    Busy,
}

/// The trait is implemented all the same, so this holds.
pub fn kind(error: &OrderError) -> pubsub_runtime::ErrorKind {
    error.kind()
}

fn main() {}
