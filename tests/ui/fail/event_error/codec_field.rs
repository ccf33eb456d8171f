use pubsub_runtime::EventError;

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("sold out")]
    #[event_error(code = "CONFLICT")]
    SoldOut {
        #[serde(with = "hex")]
        token: Vec<u8>,
    },
}

fn main() {}
