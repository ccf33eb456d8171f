use std::{collections::HashMap, convert::Infallible};

use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub async fn ping(text: String) -> Result<String, Infallible> {
    let seen: HashMap<String, u32> = HashMap::new();
    drop(seen);
    Ok(text)
}
