//! The events of a shop: eight channels as eight teams would declare them, sixty events in all.
#![allow(
    missing_docs,
    reason = "a fixture, documented where a team would do so"
)]
#![allow(
    clippy::unused_async,
    reason = "an action is async, whether or not it waits"
)]

pub mod audit;
pub mod catalog;
pub mod chat;
pub mod orders;
pub mod payments;
pub mod shared;
pub mod shipping;
pub mod stock;
pub mod users;

pubsub_runtime::domain! {
    /// From the cart to the archive.
    channel orders { subscribe = "orders:read", publish = "orders:write", retention = "7d", ordered = by(order_id), partitions = 8, on_gap = snapshot }
    /// Money that moves; nobody may miss any of it.
    channel payments { subscribe = "payments:read", publish = "payments:write", retention = "30d", on_gap = fail, ordered, on_unavailable = spool, family = "money", audit }
    /// Parcels on their way; of each the newest place counts.
    channel shipping { subscribe = public, publish = "shipping:write", on_lag = conflate(parcel_id), max_lag = 500 }
    /// Accounts and what their owners say of themselves.
    channel users { subscribe = "users:read", publish = public, max_payload = "16KiB", rate = "5/s", audit = off }
    /// Customers talk to the shop.
    channel chat { quota = "10_000/day", retention = "1h", max_events = 1_000, on_gap = live, on_lag = drop_oldest, max_lag = 200 }
    /// What is on the shelves.
    channel stock { subscribe = "stock:read", publish = none, on_lag = resync, max_lag = 1_000 }
    /// What is for sale.
    channel catalog { subscribe = public, publish = "catalog:write", retention = "24h" }
    /// Who did what; read by programs of the shop alone.
    channel audit { subscribe = "audit:read", publish = none, retention = "90d", max_bytes = "256MiB", tenant = required }
}
