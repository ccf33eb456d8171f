//! A domain whose types show what clients must be told apart.
#![allow(
    clippy::unused_async,
    reason = "an action is async, whether or not it waits"
)]

pub mod catalog;
pub mod control;
pub mod orders;
pub mod parcels;

pubsub_runtime::domain! {
    /// Everything that happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write", on_gap = snapshot }
    channel catalog { subscribe = public }
    channel control { subscribe = none }
    channel notes { subscribe = public }
    channel parcels { subscribe = none, publish = public }
}
