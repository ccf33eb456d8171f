//! The server side of an action fn, as the macro hands it over.

use std::{fmt, future::Future, pin::Pin};

use serde_json::value::RawValue;

use super::{context::Context, service::ServiceKey};
use crate::{
    declarations::{action::Action, refusal::Refusal},
    words::{envelope::Hidden, error::Error},
};

/// What `#[event]` on an async fn implements on a hidden type: the way to the fn.
#[doc(hidden)]
pub trait RunAction: Action {
    /// Calls the fn with what its signature asks for.
    fn run(
        context: Context,
        payload: Self::Payload,
    ) -> impl Future<Output = Result<Self::Reply, ActionFailure<Self::Error>>> + Send;
}

/// Why an action did not reply.
#[doc(hidden)]
#[derive(Debug)]
pub enum ActionFailure<E> {
    /// It said so.
    Error(E),
    /// The server could not call it.
    Server(Error),
}

impl<E> From<Error> for ActionFailure<E> {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An action with its payload, waiting for its context.
type Run = Box<dyn FnOnce(Context) -> BoxFuture<Result<Box<RawValue>, Error>> + Send>;

/// A payload that serde has read, and the action bound to it.
#[doc(hidden)]
pub struct Prepared {
    /// The payload as serde writes it: what subscribers receive.
    pub payload: Box<RawValue>,
    /// The action.
    pub run: Run,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("payload", &Hidden)
            .finish_non_exhaustive()
    }
}

/// The body of an action: submitted in server builds only.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ActionBody {
    /// The full name of the event that runs it.
    pub name: &'static str,
    /// The module path; its first segment is the crate.
    pub module: &'static str,
    /// The services it asks for.
    pub services: fn() -> Vec<ServiceKey>,
    /// Reads a payload with serde and binds the action to it.
    pub prepare: fn(&str) -> Result<Prepared, Refusal>,
}

inventory::collect!(ActionBody);

/// What a caller is told of how it went.
pub(super) fn answer<A: RunAction>(
    outcome: Result<A::Reply, ActionFailure<A::Error>>,
) -> Result<Box<RawValue>, Error> {
    let declared = A::DECLARED;
    match outcome {
        Ok(reply) => (declared.encode_reply)(&reply)
            .map_err(|refusal| refusal.into_internal("the reply of ", A::NAME)),
        Err(ActionFailure::Error(error)) => Err((declared.to_public)(error, A::NAME)),
        Err(ActionFailure::Server(error)) => Err(error),
    }
}

/// [`ActionBody::prepare`] of `A`.
#[doc(hidden)]
pub fn prepare<A: RunAction>(json: &str) -> Result<Prepared, Refusal>
where
    A::Payload: Send,
{
    let declared = A::DECLARED;
    let payload = (declared.decode)(json)?;
    let canonical = (declared.encode_payload)(&payload)?;
    let run = move |context| -> BoxFuture<_> {
        Box::pin(async move { answer::<A>(A::run(context, payload).await) })
    };
    Ok(Prepared {
        payload: canonical,
        run: Box::new(run),
    })
}
