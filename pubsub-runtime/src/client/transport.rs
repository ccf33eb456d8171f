//! How a client's bytes reach a server.

use std::future::Future;

use futures_core::Stream;

use crate::words::envelope::Envelope;

/// How a client's bytes reach a server.
///
/// Implementations reconnect by themselves: a stream of events ends only when the server ends the subscription for good, or when
/// it can no longer be continued without loss that the server would not report.
pub trait Transport: Clone + Send + Sync + 'static {
    /// The events of one subscription, in order, system events included.
    type Events: Stream<Item = Result<Envelope, TransportError>> + Send + Unpin + 'static;

    /// Calls the mutation at `procedure`, such as `sendEvent`, with a JSON input; answers the response's JSON body:
    /// `{"result": {"data": …}}` or `{"error": …}`.
    fn mutate(
        &self,
        procedure: &str,
        input: String,
    ) -> impl Future<Output = Result<String, TransportError>> + Send;

    /// Opens a subscription.
    fn subscribe(
        &self,
        request: SubscribeRequest,
    ) -> impl Future<Output = Result<Self::Events, TransportError>> + Send;
}

/// What a subscription reads, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscribeRequest {
    /// The channel.
    pub channel: &'static str,
    /// The cursor token or event id to resume after; `None` starts now.
    pub resume_from: Option<String>,
}

impl SubscribeRequest {
    /// Reads `channel` from now on.
    pub const fn new(channel: &'static str) -> Self {
        Self {
            channel,
            resume_from: None,
        }
    }
}

/// Why bytes did not reach the server, or did not come back.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl TransportError {
    /// An error that tells people what failed, with its cause.
    pub fn new(
        message: impl Into<String>,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            source,
        }
    }
}
