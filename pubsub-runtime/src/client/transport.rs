//! How a client's bytes reach a server.

use std::future::Future;

use futures_core::Stream;

use super::{error::ClientError, filters::Filters};
use crate::words::envelope::{Envelope, Timestamp};

/// How a client's bytes reach a server.
///
/// Implementations reconnect by themselves and resume after the last [`Arrival`] they gave: a stream ends only when the server
/// ends the subscription for good, and fails only when it cannot go on.
pub trait Transport: Clone + Send + Sync + 'static {
    /// What arrives on one subscription, in order. After an error it yields nothing more.
    type Events: Stream<Item = Result<Arrival, ClientError>> + Send + Unpin + 'static;

    /// Calls the mutation at `procedure`, such as `sendEvent`, with a JSON input; answers the response's JSON body:
    /// `{"result": {"data": …}}` or `{"error": …}`.
    fn mutate(
        &self,
        procedure: &str,
        input: String,
    ) -> impl Future<Output = Result<String, TransportError>> + Send;

    /// Opens a subscription; one that cannot be opened at the first attempt is an error, later failures are repaired inside.
    fn subscribe(
        &self,
        request: SubscribeRequest,
    ) -> impl Future<Output = Result<Self::Events, ClientError>> + Send;
}

/// What a subscription reads, and from where.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SubscribeRequest {
    /// The channel.
    pub channel: &'static str,
    /// The cursor token or event id to resume after; `None` starts at [`start`](Self::start).
    pub resume_from: Option<String>,
    /// Where a subscription starts that resumes nothing.
    pub start: Start,
    /// Which events it receives.
    pub filters: Filters,
}

/// Where a subscription starts that resumes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// With what is published from now on.
    #[default]
    Now,
    /// With the oldest event that is retained.
    Earliest,
    /// With the first event published at this moment or later.
    Since(Timestamp),
}

impl SubscribeRequest {
    /// Reads every event of `channel` from now on.
    pub const fn new(channel: &'static str) -> Self {
        Self {
            channel,
            resume_from: None,
            start: Start::Now,
            filters: Filters::new(),
        }
    }
}

/// One thing that arrives on a subscription.
#[derive(Debug, Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "one is alive at a time, and most are events"
)]
pub enum Arrival {
    /// An event, system events included.
    Event {
        /// The event.
        envelope: Envelope,
        /// Where to resume to get what follows it: a cursor token or an event id. `None` does not move the place.
        cursor: Option<String>,
    },
    /// The place moved without an event, for example over events that were filtered out.
    Checkpoint(String),
}

/// Why bytes did not reach the server, or did not come back.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    message: String,
    retryable: bool,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl TransportError {
    /// An error that may pass: it tells people what failed, with its cause.
    pub fn new(
        message: impl Into<String>,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            retryable: true,
            source,
        }
    }

    /// An error that trying again will meet again, such as an answer of another protocol.
    pub fn lasting(
        message: impl Into<String>,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            retryable: false,
            ..Self::new(message, source)
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}
