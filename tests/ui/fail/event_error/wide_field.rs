use pubsub_runtime::EventError;

#[derive(Debug, EventError)]
pub enum OrderError {
    #[event_error(code = "CONFLICT")]
    Taken { by: Option<u128> },
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("taken")
    }
}

impl std::error::Error for OrderError {}

fn main() {}
