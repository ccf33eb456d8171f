//! A domain whose types show what clients must be told apart.

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
