//! Typed client stubs over any [`Transport`].

mod call;
mod emitted;
mod error;
mod filters;
#[cfg(feature = "client-http")]
mod http;
mod recent;
mod subscribe;
mod subscription;
mod transport;

pub use call::{Answer, Call, Status};
pub use emitted::EmittedEvent;
pub use error::{ClientError, Issue, Rejection};
pub use filters::Filters;
#[doc(hidden)]
pub use filters::filter_value;
#[cfg(all(fuzzing, feature = "client-http"))]
pub(crate) use http::frames;
#[cfg(feature = "client-http")]
pub use http::{Connection, HttpEvents, HttpTransport, HttpTransportBuilder};
pub use subscribe::Subscribe;
pub use subscription::{Incoming, Received, Subscription};
pub use transport::{Arrival, Start, SubscribeRequest, Transport, TransportError};

use crate::{declarations::event::Event, words::envelope::Raw};

/// The client of one channel: what `domain!` gives its typed methods to.
#[derive(Debug, Clone)]
pub struct ChannelClient<T> {
    transport: T,
    name: &'static str,
}

impl<T: Transport> ChannelClient<T> {
    /// The client of channel `name` over `transport`.
    pub const fn new(transport: T, name: &'static str) -> Self {
        Self { transport, name }
    }

    /// The name of the channel.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Sends `payload` as event `name`, once the returned builder is awaited.
    pub fn call<P, R, E, M>(&self, name: &'static str, payload: P) -> Call<T, P, R, E, M> {
        Call::new(self.transport.clone(), name, payload)
    }

    /// Subscribes to every event of the channel, once the returned builder is awaited.
    pub fn subscribe(&self) -> Subscribe<T, Raw> {
        Subscribe::new(self.transport.clone(), self.name)
    }

    /// Subscribes to the occurrences of `E`, once the returned builder is awaited.
    pub fn on<E: Event>(&self) -> Subscribe<T, E> {
        Subscribe::new(self.transport.clone(), self.name)
    }
}
