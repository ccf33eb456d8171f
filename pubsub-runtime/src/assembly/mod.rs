//! From declarations to a running server.

mod builder;
mod config;
mod publisher;
mod server;

pub use builder::Builder;
pub use config::Config;
pub use publisher::Publisher;
pub use server::{Bound, PubSubServer};
