//! The events of the example: what happens to an order, for its clients and its server.

pub mod orders;
#[cfg(feature = "server")]
pub mod store;

pubsub_runtime::domain! {
    /// Everything that happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write", retention = "24h", ordered }
    /// What the operators watch.
    channel ops { subscribe = "ops:read", publish = none }
}
