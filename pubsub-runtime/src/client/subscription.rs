//! Reading a channel.

use std::{
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::{
    error::ClientError,
    recent::RecentIds,
    transport::{Arrival, TransportError},
};
use crate::{
    declarations::event::Event,
    words::{
        envelope::{Envelope, Raw},
        system::{self, Gap, Ready},
    },
};

/// What a [`Subscription`] yields. Losing events is one of the cases, so that a `match` cannot overlook it.
#[derive(Debug, Clone)]
pub enum Received<P = Raw, S = Raw> {
    /// An event, seen for the first time by this subscription.
    Event(Envelope<P>),
    /// Events before the next one are lost, or cannot be proven not to be.
    Gap(Gap),
    /// What stands for the lost events, where the channel has a snapshot: the events that follow continue it.
    Snapshot(Envelope<S>),
    /// The subscription has caught up, after events were replayed or lost: what follows is published from now on. Servers say so
    /// again while it is quiet; it is yielded once after the start, after each gap and after each time the connection was lost.
    Live,
}

/// What a [`Subscription`] can be of: every event of a channel as [`Raw`], or the occurrences of one.
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

/// An open subscription: a [`Stream`] of [`Received`], each event once.
///
/// It ends with `None` when the server ends it for good. An error ends it too, except [`ClientError::Declaration`]: that one
/// event or snapshot could not be read, and the next follows.
#[derive(Debug)]
pub struct Subscription<Events, P = Raw, S = Raw> {
    events: Events,
    /// What arrived while the subscription was opened and has not been yielded: at most a gap and what follows it.
    opening: Option<Arrival>,
    cursor: String,
    recent: RecentIds,
    /// Whether the caller was told that it has caught up.
    live: bool,
    ended: bool,
    payload: PhantomData<fn() -> (P, S)>,
}

impl<Events, P, S> Subscription<Events, P, S>
where
    Events: Stream<Item = Result<Arrival, ClientError>> + Unpin,
    P: Incoming,
    S: DeserializeOwned,
{
    /// Waits until the server has said where the subscription starts.
    pub(super) async fn open(
        mut events: Events,
        start: Option<String>,
    ) -> Result<Self, ClientError> {
        let first = poll_fn(|cx| Pin::new(&mut events).poll_next(cx)).await;
        let first = first.ok_or_else(|| {
            TransportError::new("the server ended the subscription before it began", None)
        })??;
        let mut subscription = Self {
            events,
            opening: None,
            cursor: start.unwrap_or_default(),
            recent: RecentIds::new(),
            live: false,
            ended: false,
            payload: PhantomData,
        };
        match place_of(&first) {
            // A gap and an event are yielded first; until then the place is the one that was asked for.
            Place::Yields(around) => {
                if subscription.cursor.is_empty() {
                    subscription.cursor = around;
                }
                subscription.opening = Some(first);
            }
            Place::Moves(cursor) => subscription.cursor = cursor,
        }
        Ok(subscription)
    }

    /// The place right after what was yielded last, for [`resume_from`](super::Subscribe::resume_from): in this process, or
    /// stored and given to the next.
    pub fn cursor(&self) -> &str {
        &self.cursor
    }

    /// What comes next; `None` once the server has ended the subscription for good.
    ///
    /// # Errors
    ///
    /// The server refuses to go on, the connection cannot be continued, or an event does not fit its declaration; only
    /// after the last does the subscription go on.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost.
    pub async fn next(&mut self) -> Result<Option<Received<P, S>>, ClientError> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    fn take(&mut self, arrival: Arrival) -> Option<Result<Received<P, S>, ClientError>> {
        let (envelope, cursor) = match arrival {
            Arrival::Checkpoint(cursor) => {
                self.cursor = cursor;
                return None;
            }
            Arrival::Event { envelope, cursor } => (envelope, cursor),
        };
        if let Some(cursor) = cursor {
            self.cursor = cursor;
        }
        match envelope.name.as_str() {
            system::GAP => {
                let gap = read::<Gap>(&envelope).map(Received::Gap);
                // Going on after a loss that could not be told would hide it.
                self.ended = gap.is_err();
                self.live = false;
                Some(gap)
            }
            system::SNAPSHOT => Some(fits("snapshot", envelope.decode()).map(Received::Snapshot)),
            system::LIVE => {
                let told = std::mem::replace(&mut self.live, true);
                (!told).then_some(Ok(Received::Live))
            }
            system::READY => {
                self.live = false;
                None
            }
            system::ERROR => {
                self.ended = true;
                Some(Err(ClientError::of_stream(envelope.payload.get())))
            }
            name if name.starts_with(system::PREFIX) => None,
            _ if !self.recent.insert(&envelope.id) => None,
            _ => P::receive(envelope).map(|event| fits("event", event).map(Received::Event)),
        }
    }
}

impl<Events, P, S> Stream for Subscription<Events, P, S>
where
    Events: Stream<Item = Result<Arrival, ClientError>> + Unpin,
    P: Incoming,
    S: DeserializeOwned,
{
    type Item = Result<Received<P, S>, ClientError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let arrival = match this.opening.take() {
                Some(arrival) => Some(Ok(arrival)),
                None => ready!(Pin::new(&mut this.events).poll_next(cx)),
            };
            match arrival {
                Some(Ok(arrival)) => {
                    if let Some(received) = this.take(arrival) {
                        return Poll::Ready(Some(received));
                    }
                }
                Some(Err(error)) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => this.ended = true,
            }
        }
    }
}

enum Place {
    /// Nothing is yielded for it; the place is this one.
    Moves(String),
    /// It is yielded; before that, a subscription that named no start is about this place.
    Yields(String),
}

fn place_of(arrival: &Arrival) -> Place {
    match arrival {
        Arrival::Checkpoint(cursor) => Place::Moves(cursor.clone()),
        Arrival::Event { envelope, cursor } => {
            let place = cursor.clone().unwrap_or_else(|| envelope.id.clone());
            match envelope.name.as_str() {
                system::READY => {
                    let ready = read::<Ready>(envelope).map(|ready| ready.cursor);
                    Place::Moves(ready.unwrap_or(place))
                }
                system::GAP => {
                    let requested = read::<Gap>(envelope).map(|gap| gap.requested);
                    Place::Yields(requested.unwrap_or(place))
                }
                _ => Place::Yields(place),
            }
        }
    }
}

fn fits<T>(what: &'static str, read: Result<T, serde_json::Error>) -> Result<T, ClientError> {
    read.map_err(|source| ClientError::Declaration { what, source })
}

fn read<T: DeserializeOwned>(envelope: &Envelope) -> Result<T, ClientError> {
    serde_json::from_str(envelope.payload.get()).map_err(|source| {
        TransportError::lasting(
            format!("`{}` has a form this client does not know", envelope.name),
            Some(source.into()),
        )
        .into()
    })
}

#[cfg(test)]
mod tests;
