//! Why a call or a subscription failed.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::transport::TransportError;
use crate::declarations::event_error::EventError;

/// Why a call failed; `E` is the error that the action declares.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError<E> {
    /// The action said so.
    #[error(transparent)]
    App(E),
    /// The server refused the request, or failed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The request or its answer was lost; the event may have been sent or not.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The payload cannot be written, or the answer does not fit the declaration this client was built from.
    #[error("the {what} does not fit the declaration of this client")]
    Declaration {
        /// `payload` or `answer`.
        what: &'static str,
        /// What serde said.
        source: serde_json::Error,
    },
}

/// A refusal, as the server words it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct Rejection {
    /// The tRPC code name, such as `BAD_REQUEST`.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// The HTTP status that goes with the code.
    pub http_status: u16,
}

/// The wire form of a failed call.
#[derive(Deserialize)]
pub(super) struct ErrorShape<'a> {
    message: String,
    #[serde(borrow)]
    data: ErrorData<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorData<'a> {
    code: String,
    http_status: u16,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
}

impl ErrorShape<'_> {
    /// The typed error if the server sent one that this client knows, else the refusal.
    pub(super) fn into_error<E: EventError>(self) -> ClientError<E> {
        let typed = self
            .data
            .event
            .and_then(|event| serde_json::from_str::<E::Wire>(event.get()).ok());
        match typed {
            Some(wire) => ClientError::App(wire.into()),
            None => Rejection {
                code: self.data.code,
                message: self.message,
                http_status: self.data.http_status,
            }
            .into(),
        }
    }
}
