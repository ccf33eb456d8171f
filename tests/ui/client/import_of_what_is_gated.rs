use std::convert::Infallible;

use pubsub_runtime::{Service, event};

use crate::store::Store;

pubsub_runtime::domain! {
    channel orders { }
}

#[cfg(feature = "server")]
pub mod store;

#[event(channel = "orders")]
pub async fn ping(store: Service<Store>, text: String) -> Result<String, Infallible> {
    store.see(&text);
    Ok(text)
}
