//! Opening a subscription.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
};

use serde::de::DeserializeOwned;

use super::{
    error::ClientError,
    filters::Filters,
    subscription::{Incoming, Subscription},
    transport::{Start, SubscribeRequest, Transport},
};
use crate::words::envelope::{Raw, Timestamp};

/// A subscription about to be opened; awaiting it opens it.
///
/// Once it is open, nothing published later is missed without a [`Received::Gap`](super::Received::Gap).
#[must_use = "nothing is subscribed until this is awaited"]
pub struct Subscribe<T, P, S = Raw> {
    transport: T,
    request: SubscribeRequest,
    payload: PhantomData<fn() -> (P, S)>,
}

impl<T: Transport, P> Subscribe<T, P> {
    pub(super) fn new(transport: T, channel: &'static str) -> Self {
        Self {
            transport,
            request: SubscribeRequest::new(channel),
            payload: PhantomData,
        }
    }
}

impl<T: Transport, P, S> Subscribe<T, P, S> {
    /// Reads the channel's snapshots as another type than its `#[snapshot]` function returns, such as [`Raw`].
    pub fn snapshots_as<Other>(self) -> Subscribe<T, P, Other> {
        Subscribe {
            transport: self.transport,
            request: self.request,
            payload: PhantomData,
        }
    }

    /// Resumes after a place seen before: a [`Subscription::cursor`] or the id of an event. It comes before any other start.
    pub fn resume_from(mut self, cursor: impl Into<String>) -> Self {
        self.request.resume_from = Some(cursor.into());
        self
    }

    /// Starts with the oldest event that is retained.
    pub fn from_earliest(mut self) -> Self {
        self.request.start = Start::Earliest;
        self
    }

    /// Starts with the first event published at `moment` or later.
    pub fn since(mut self, moment: Timestamp) -> Self {
        self.request.start = Start::Since(moment);
        self
    }

    /// Receives only the events that match; gaps are told always. A second call adds to the first.
    ///
    /// An event without a field that is filtered by does not match. A field that no event of the channel declares as a filter is
    /// an error of the subscription.
    pub fn filter(mut self, filters: impl Into<Filters>) -> Self {
        self.request.filters = self.request.filters.and(filters);
        self
    }
}

impl<T, P, S> IntoFuture for Subscribe<T, P, S>
where
    T: Transport,
    P: Incoming,
    S: DeserializeOwned + Send + 'static,
{
    type Output = Result<Subscription<T::Events, P, S>, ClientError>;
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

impl<T, P, S> fmt::Debug for Subscribe<T, P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscribe")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
