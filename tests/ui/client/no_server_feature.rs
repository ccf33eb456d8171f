//@ no server feature

use std::convert::Infallible;

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub async fn ping(text: String) -> Result<String, Infallible> {
    Ok(text)
}
