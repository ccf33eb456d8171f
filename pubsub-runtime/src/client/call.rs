//! Sending one event and reading its reply.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    emitted::EmittedEvent,
    error::{ClientError, ErrorShape},
    transport::{Transport, TransportError},
};
use crate::{
    declarations::event_error::EventError,
    words::{envelope::Envelope, exact},
};

/// One event about to be sent; awaiting it sends it and gives the reply.
#[must_use = "nothing is sent until this is awaited"]
pub struct Call<T, P, R, E, M = Envelope> {
    transport: T,
    name: &'static str,
    payload: P,
    client_event_id: Option<String>,
    answer: PhantomData<Answered<R, E, M>>,
}

type Answered<R, E, M> = fn() -> (R, E, M);

/// Everything the server says of one sent event.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer<R, M = Envelope> {
    /// Whether it ran now, or before.
    pub status: Status,
    /// What the action returned; `None` if the event has no action.
    pub result: Option<R>,
    /// The events the action emitted that the sender may read, in order: an enum of those in `emits(…)`.
    pub emitted_events: Vec<M>,
    /// Emitted events that this client does not know, or not in this form; a newer server may send them.
    pub other_events: Vec<Envelope>,
    /// The place right after the published events; waiting for it is reading one's own write.
    pub cursor: Option<String>,
}

/// An answer as it arrives.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned")]
struct Arrived<R> {
    status: Status,
    #[serde(default = "Option::default")]
    result: Option<R>,
    #[serde(default)]
    emitted_events: Vec<Envelope>,
    #[serde(default)]
    cursor: Option<String>,
}

impl<R, M: EmittedEvent> From<Arrived<R>> for Answer<R, M> {
    fn from(arrived: Arrived<R>) -> Self {
        let Arrived {
            status,
            result,
            emitted_events,
            cursor,
        } = arrived;
        let mut answer = Self {
            status,
            result,
            emitted_events: Vec::with_capacity(emitted_events.len()),
            other_events: Vec::new(),
            cursor,
        };
        for envelope in emitted_events {
            match M::read(&envelope) {
                Some(event) => answer.emitted_events.push(event),
                None => answer.other_events.push(envelope),
            }
        }
        answer
    }
}

/// What became of one sent event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// It ran and was published.
    Ok,
    /// An event with this `clientEventId` ran before; the answer is that one's. No server answers so yet.
    Duplicate,
    /// It will be published once the engine is back. No server answers so yet.
    Queued,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendInput<'a, P> {
    name: &'a str,
    payload: &'a P,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_event_id: Option<&'a str>,
}

#[derive(Deserialize)]
enum Response<'a> {
    #[serde(rename = "result")]
    Result {
        #[serde(borrow)]
        data: &'a RawValue,
    },
    #[serde(rename = "error", borrow)]
    Error(ErrorShape<'a>),
}

// Without bounds: that the types fit is checked where the event is declared, and reported there only.
impl<T, P, R, E, M> Call<T, P, R, E, M> {
    pub(super) fn new(transport: T, name: &'static str, payload: P) -> Self {
        Self {
            transport,
            name,
            payload,
            client_event_id: None,
            answer: PhantomData,
        }
    }

    /// Gives the event an id of the caller's choice, which its action and `meta.clientEventId` show; the server does not yet
    /// look it up, so an event sent again runs again.
    pub fn client_event_id(mut self, id: impl Into<String>) -> Self {
        self.client_event_id = Some(id.into());
        self
    }
}

impl<T, P, R, E, M> Call<T, P, R, E, M>
where
    T: Transport,
    P: Serialize,
    R: DeserializeOwned,
    E: EventError,
    M: EmittedEvent,
{
    /// Sends the event and gives everything the server says of it.
    ///
    /// # Errors
    ///
    /// The action's own error, a refusal, a lost connection, or an answer that does not fit.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the event may have been sent or not.
    pub fn detailed(self) -> impl Future<Output = Result<Answer<R, M>, ClientError<E>>> + Send {
        let input = exact::to_string(&SendInput {
            name: self.name,
            payload: &self.payload,
            client_event_id: self.client_event_id.as_deref(),
        });
        let transport = self.transport;
        async move {
            let input = input.map_err(|unwritten| ClientError::Declaration {
                what: "payload",
                source: unwritten.into_error(),
            })?;
            let body = transport.mutate("sendEvent", input).await?;
            match serde_json::from_str(&body) {
                Ok(Response::Result { data }) => {
                    let arrived = serde_json::from_str::<Arrived<R>>(data.get());
                    arrived
                        .map(Answer::from)
                        .map_err(|source| ClientError::Declaration {
                            what: "answer",
                            source,
                        })
                }
                Ok(Response::Error(shape)) => Err(shape.into_error()),
                Err(source) => Err(TransportError::lasting(
                    "the answer is not that of an event server",
                    Some(source.into()),
                )
                .into()),
            }
        }
    }
}

impl<T, P, R, E, M> IntoFuture for Call<T, P, R, E, M>
where
    T: Transport,
    P: Serialize + 'static,
    R: DeserializeOwned + Send + 'static,
    E: EventError,
    M: EmittedEvent,
{
    type Output = Result<R, ClientError<E>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let answer = self.detailed();
        Box::pin(async move {
            let answer = answer.await?;
            match answer.result {
                Some(reply) => Ok(reply),
                // A reply that JSON writes as null, such as `()`, is not told apart from an absent one.
                None => serde_json::from_str("null").map_err(|source| ClientError::Declaration {
                    what: "answer",
                    source,
                }),
            }
        })
    }
}

impl<T, P, R, E, M> fmt::Debug for Call<T, P, R, E, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("name", &self.name)
            .field("client_event_id", &self.client_event_id)
            .finish_non_exhaustive()
    }
}
