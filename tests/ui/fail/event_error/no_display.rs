use pubsub_runtime::EventError;

#[derive(Debug, EventError)]
pub enum OrderError {
    #[event_error(code = "CONFLICT")]
    SoldOut,
}

fn main() {}
