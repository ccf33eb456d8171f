//! Parcels on their way: one channel for each policy, as the teams of a courier would declare them.

pub mod depot;
pub mod parcels;

pubsub_runtime::domain! {
    /// What happens to parcels; whoever missed something gets the shelf instead.
    channel parcels { subscribe = public, publish = public, ordered, max_events = 8, on_gap = snapshot }
    /// What everybody at the depot should hear, while it is new.
    channel notices { subscribe = public, publish = public, max_events = 4, on_gap = live }
    /// Bookings, of which nobody may miss one.
    channel bookings { subscribe = public, publish = public, max_events = 4, on_gap = fail }
    /// Rides, in order for each driver.
    channel rides { subscribe = public, publish = public, ordered = by(driver_id), partitions = 4, retention = "24h" }
    /// Pictures of the yard, of which the newest counts.
    channel pictures { subscribe = public, publish = public, on_lag = resync, max_lag = 8 }
    /// Where vans are, of which the newest place of each counts.
    channel places { subscribe = public, publish = public, on_lag = conflate(van), max_lag = 8 }
}
