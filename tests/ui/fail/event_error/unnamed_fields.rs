use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("only {0} left")]
    #[event_error(code = "CONFLICT")]
    Few(u32),
}

fn main() {}
