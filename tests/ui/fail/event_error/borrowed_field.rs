use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("no {what}")]
    #[event_error(code = "NOT_FOUND")]
    Missing { what: &'static str },
}

fn main() {}
