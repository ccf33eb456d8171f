//! No silent loss, checked: real hubs, feeders, rings and subscriptions over an engine that misbehaves, against clients that keep count.
//!
//! The model of DELIVERY: `case` says what happens, `truth` is what was published, `engine` an adapter that loses, doubles, reorders
//! and delays what it tells, `world` the servers and the clock, `client` who reads, `oracle` who judges.

mod case;
mod client;
mod dice;
mod engine;
mod oracle;
mod tests;
mod truth;
mod world;
