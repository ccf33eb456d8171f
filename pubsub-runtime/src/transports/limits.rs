//! Every limit of a transport, with its default.

use std::time::Duration;

/// Every limit of a transport.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest request body, in bytes. Default 256 KiB.
    pub max_body_bytes: usize,
    /// The most calls in one batch, over HTTP or in one WebSocket frame. Default 100.
    pub max_batch: usize,
    /// How many bytes the answers of the queries of one HTTP batch may take together; those over it are refused. Default 32 MiB.
    pub max_batch_answer_bytes: usize,
    /// The most subscriptions on one WebSocket. Default 100.
    pub max_socket_subscriptions: usize,
    /// The most queries and mutations under way on one WebSocket. Default 100.
    pub max_socket_calls: usize,
    /// The most connections of the process. Default 20,000.
    pub max_connections: usize,
    /// How long a new connection may wait before its first byte. Default 10 s.
    pub first_byte_timeout: Duration,
    /// How long a connection may take to send its request head, from its first byte. Default 10 s.
    pub header_timeout: Duration,
    /// How long a request body may take to arrive. Default 30 s.
    pub body_timeout: Duration,
    /// How long a connection may be idle between requests. Default 75 s.
    pub idle_timeout: Duration,
    /// How long a write may make no progress before the connection is closed. Default 30 s.
    pub write_stall_timeout: Duration,
    /// How often a quiet stream or socket is pinged. Default 15 s.
    pub ping_interval: Duration,
    /// What tRPC's SSE client is told as `reconnectAfterInactivityMs`. Default 45 s.
    pub reconnect_after_inactivity: Duration,
    /// What an SSE client is told to wait before it reconnects. Default 1 s.
    pub retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 256 << 10,
            max_batch: 100,
            max_batch_answer_bytes: 32 << 20,
            max_socket_subscriptions: 100,
            max_socket_calls: 100,
            max_connections: 20_000,
            first_byte_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            write_stall_timeout: Duration::from_secs(30),
            ping_interval: Duration::from_secs(15),
            reconnect_after_inactivity: Duration::from_secs(45),
            retry: Duration::from_secs(1),
        }
    }
}
