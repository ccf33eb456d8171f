//! Why a call or a subscription failed.

use std::convert::Infallible;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::transport::TransportError;
use crate::{
    declarations::event_error::EventError,
    words::{
        envelope::Hidden,
        error::{ErrorKind, PathSegment},
        system::Gap,
    },
};

/// Why a call or a subscription failed; `E` is the error that the action declares.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError<E = Infallible> {
    /// The action said so.
    #[error(transparent)]
    App(E),
    /// The server refused the request, or failed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The request or its answer was lost; an event may have been sent or not.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Events are lost, and the channel's policy is to end a subscription then (`on_gap = fail`). It can be opened again with
    /// another start, such as [`Gap::resume_from`].
    #[error("events of channel `{}` are lost ({}), and its subscriptions end then", .0.channel, .0.reason.as_str())]
    Gap(Box<Gap>),
    /// The payload cannot be written, or what arrived does not fit the declaration this client was built from.
    #[error("the {what} does not fit the declaration of this client")]
    Declaration {
        /// `payload`, `answer`, `event`, `snapshot` or `filter`.
        what: &'static str,
        /// What serde said.
        source: serde_json::Error,
    },
}

impl<E> ClientError<E> {
    /// Whether the same request may succeed later. An event that is sent again may run again: the server may have run it and only
    /// its answer been lost, so send again only what the action recognises.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_retryable(),
            Self::Rejected(rejection) => rejection.is_retryable(),
            Self::App(_) | Self::Gap(_) | Self::Declaration { .. } => false,
        }
    }
}

/// A refusal, as the server words it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct Rejection {
    /// The tRPC code name, such as `BAD_REQUEST`.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// The HTTP status that goes with the code.
    pub http_status: u16,
    /// The fields that failed validation; empty unless the code is `BAD_REQUEST`.
    pub issues: Vec<Issue>,
    /// The action's own error, as JSON, if this client does not know it: a newer server may have more variants or other fields.
    pub event: Option<Value>,
}

impl std::fmt::Debug for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rejection")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("http_status", &self.http_status)
            .field("issues", &self.issues)
            .field("event", &self.event.as_ref().map(|_| Hidden))
            .finish()
    }
}

impl ClientError {
    /// Reads an error shape: alone, as the `error` of a response, or as the payload of a `pubsub:error` event.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Response { error: OwnedShape },
            Event { payload: OwnedShape },
            Shape(OwnedShape),
        }
        // An untagged enum buffers, and a buffer cannot give `RawValue`; so the members are owned here.
        #[derive(Deserialize)]
        struct OwnedShape {
            message: String,
            data: OwnedData,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct OwnedData {
            code: String,
            http_status: u16,
            #[serde(default)]
            issues: Value,
            #[serde(default)]
            gap: Value,
        }
        let (Form::Response { error: shape } | Form::Event { payload: shape } | Form::Shape(shape)) =
            serde_json::from_str(json).ok()?;
        // What explains the refusal must not hide it if it is written in a form this client does not know.
        if let Ok(gap) = serde_json::from_value(shape.data.gap) {
            return Some(Self::Gap(Box::new(gap)));
        }
        let issues = serde_json::from_value(shape.data.issues);
        Some(Self::Rejected(Rejection {
            code: shape.data.code,
            message: shape.message,
            http_status: shape.data.http_status,
            issues: issues.unwrap_or_default(),
            event: None,
        }))
    }

    /// What ends a stream, whatever its form.
    pub(super) fn of_stream(json: &str) -> Self {
        Self::from_json(json).unwrap_or_else(|| {
            Self::Rejected(Rejection {
                code: "INTERNAL_SERVER_ERROR".to_owned(),
                message: "the server ended the subscription with an error".to_owned(),
                http_status: 500,
                issues: Vec::new(),
                event: None,
            })
        })
    }
}

impl Rejection {
    /// Whether sending the same request again later may succeed.
    pub fn is_retryable(&self) -> bool {
        ErrorKind::from_name(&self.code).is_some_and(|kind| kind.codes().retryable)
    }
}

/// One field that failed validation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Issue {
    /// Where in the input: field names and list indexes, outermost first; empty for the input itself.
    #[serde(default)]
    pub path: Vec<PathSegment>,
    /// What is wrong there, for people.
    pub message: String,
    /// What is wrong there, for programs, such as `invalid_type`.
    #[serde(default)]
    pub code: String,
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
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    issues: Option<&'a RawValue>,
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
            None => self.into_rejection().into(),
        }
    }

    fn into_rejection(self) -> Rejection {
        // Issues explain the refusal; one written in a form this client does not know must not hide it.
        let issues = self
            .data
            .issues
            .and_then(|issues| serde_json::from_str(issues.get()).ok());
        Rejection {
            code: self.data.code,
            message: self.message,
            http_status: self.data.http_status,
            issues: issues.unwrap_or_default(),
            event: self
                .data
                .event
                .and_then(|event| serde_json::from_str(event.get()).ok()),
        }
    }
}
