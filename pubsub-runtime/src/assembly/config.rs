//! Every setting of a server that is not a declaration.

use std::time::Duration;

use crate::transports::limits::Limits;

/// Every setting of a server that is not a declaration; each has a default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The limits of the transports.
    pub limits: Limits,
    /// How many threads run actions; one that blocks occupies one of them. Default 16.
    pub action_threads: usize,
    /// The most actions under way; more are answered `SERVICE_UNAVAILABLE`. Default 1,024.
    pub max_actions: usize,
    /// How long a stopping server still accepts connections, so that a load balancer can notice. Default 0 s.
    pub drain_delay: Duration,
    /// Over how long streams and sockets are ended, in random order. Default 5 s.
    pub drain_window: Duration,
    /// When a stopping server gives up on what is still under way, counted from the first signal. Default 30 s.
    pub drain_deadline: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            action_threads: 16,
            max_actions: 1_024,
            drain_delay: Duration::ZERO,
            drain_window: Duration::from_secs(5),
            drain_deadline: Duration::from_secs(30),
        }
    }
}
