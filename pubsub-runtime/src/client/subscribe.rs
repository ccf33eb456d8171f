//! Reading a channel.

use std::{
    fmt,
    future::{Future, IntoFuture, poll_fn},
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::{
    error::ClientError,
    transport::{SubscribeRequest, Transport, TransportError},
};
use crate::{
    declarations::event::Event,
    words::{
        envelope::{Envelope, Raw},
        system::{self, Gap, Ready},
    },
};

/// A subscription about to be opened; awaiting it opens it.
#[must_use = "nothing is subscribed until this is awaited"]
pub struct Subscribe<T, P> {
    transport: T,
    request: SubscribeRequest,
    payload: PhantomData<fn() -> P>,
}

impl<T: Transport, P> Subscribe<T, P> {
    pub(super) fn new(transport: T, channel: &'static str) -> Self {
        Self {
            transport,
            request: SubscribeRequest::new(channel),
            payload: PhantomData,
        }
    }

    /// Resumes after a cursor token or an event id seen before.
    pub fn resume_from(mut self, cursor: impl Into<String>) -> Self {
        self.request.resume_from = Some(cursor.into());
        self
    }
}

impl<T: Transport, P: Incoming> IntoFuture for Subscribe<T, P> {
    type Output = Result<Subscription<T::Events, P>, TransportError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            transport, request, ..
        } = self;
        Box::pin(async move {
            let events = transport.subscribe(request).await?;
            Ok(Subscription {
                events,
                cursor: None,
                payload: PhantomData,
            })
        })
    }
}

impl<T, P> fmt::Debug for Subscribe<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// What a [`Subscription`] yields: every event of a channel as [`Raw`], or the occurrences of one.
pub trait Incoming: Sized + Send + 'static {
    /// The typed envelope; `None` if it is another event.
    #[doc(hidden)]
    fn receive(envelope: Envelope) -> Option<Result<Envelope<Self>, serde_json::Error>>;
}

impl Incoming for Raw {
    fn receive(envelope: Envelope) -> Option<Result<Envelope, serde_json::Error>> {
        Some(Ok(envelope))
    }
}

impl<E: Event> Incoming for E {
    fn receive(envelope: Envelope) -> Option<Result<Envelope<E>, serde_json::Error>> {
        envelope.as_event()
    }
}

/// An open subscription.
#[derive(Debug)]
pub struct Subscription<S, P> {
    events: S,
    cursor: Option<String>,
    payload: PhantomData<fn() -> P>,
}
