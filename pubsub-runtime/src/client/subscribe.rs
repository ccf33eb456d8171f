//! Opening a subscription.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
};

use super::{
    error::ClientError,
    subscription::{Incoming, Subscription},
    transport::{SubscribeRequest, Transport},
};

/// A subscription about to be opened; awaiting it opens it.
///
/// Once it is open, nothing published later is missed without a [`Received::Gap`](super::Received::Gap).
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

    /// Resumes after a place seen before: a [`Subscription::cursor`] or the id of an event.
    pub fn resume_from(mut self, cursor: impl Into<String>) -> Self {
        self.request.resume_from = Some(cursor.into());
        self
    }
}

impl<T: Transport, P: Incoming> IntoFuture for Subscribe<T, P> {
    type Output = Result<Subscription<T::Events, P>, ClientError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            transport, request, ..
        } = self;
        Box::pin(async move {
            let start = request.resume_from.clone();
            let events = transport.subscribe(request).await?;
            Subscription::open(events, start).await
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
