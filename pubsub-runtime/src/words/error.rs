//! What went wrong, apart from how a protocol says it.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{envelope::Hidden, system::Gap};

/// What went wrong, in the vocabulary of tRPC.
///
/// [`ErrorKind::codes`] maps each to its HTTP status, tRPC code and WebSocket close code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not JSON, or not a message of the protocol; the sender must change them.
    Parse,
    /// The request is understood and wrong: validation failed, or a parameter is out of range; the sender must change it.
    BadRequest,
    /// A defect of the server; the operator finds the cause in the log.
    Internal,
    /// The adapter in use cannot do what was asked; the operator chooses another.
    NotImplemented,
    /// A service behind an action answered badly; the operator looks there.
    BadGateway,
    /// The engine cannot be reached or is shutting down; the sender retries with backoff.
    Unavailable,
    /// The engine has no room for the event; the operator makes room, the sender retries slowly. Clients see it as
    /// `SERVICE_UNAVAILABLE`.
    StorageFull,
    /// What the engine stored contradicts itself, and is not served; the operator restores it. Clients see it as
    /// `INTERNAL_SERVER_ERROR`.
    Corrupt,
    /// A payload or reply cannot be written as JSON that JavaScript reads as it was meant: an integer is beyond ±(2^53 − 1), a float is
    /// not finite, or serde says so; whoever wrote the value changes it or its declaration. Clients see it as
    /// `INTERNAL_SERVER_ERROR`.
    Unwritable,
    /// An append was written and not acknowledged in time; the sender retries with the same `clientEventId`.
    GatewayTimeout,
    /// Nobody is signed in; the sender signs in.
    Unauthorized,
    /// An action asks for a payment first.
    PaymentRequired,
    /// The principal may not do this; an administrator grants the scope.
    Forbidden,
    /// There is no such event, channel or procedure; the sender corrects the name.
    NotFound,
    /// The HTTP method does not fit the procedure; the sender uses the one in `allow`.
    MethodNotSupported,
    /// An action did not finish within its time-out, or a body did not arrive; the sender may retry.
    Timeout,
    /// The state of the server contradicts the request.
    Conflict,
    /// A condition of the request does not hold, such as a position that is no longer retained.
    PreconditionFailed,
    /// The body or payload is over the limit that the message names.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Well-formed and refused by a rule of the application.
    UnprocessableContent,
    /// A condition is missing from the request.
    PreconditionRequired,
    /// A rate or quota is used up; the sender waits.
    TooManyRequests,
    /// The sender left before the answer.
    ClientClosed,
}

/// One field that failed validation.
///
/// ```json
/// {"path": ["payload", "total"], "message": "invalid type: string \"a\", expected f64", "code": "invalid_type"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where in the input: field names and list indexes, outermost first; empty for the input itself.
    pub path: Vec<PathSegment>,
    /// What is wrong there, for people.
    pub message: String,
    /// What is wrong there, for programs: `invalid_type`, `missing_field`, `unknown_variant`, `invalid_value` or `unknown_field`.
    pub code: &'static str,
}

/// One step of a [`Violation::path`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PathSegment {
    /// A field of an object.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// A path as people write it, such as `items[2].total`; empty for the value itself.
#[cfg(any(feature = "server", feature = "client"))]
pub(crate) fn shown(path: &[PathSegment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            PathSegment::Key(key) if text.is_empty() => text.push_str(key),
            PathSegment::Key(key) => text.extend([".", key]),
            PathSegment::Index(index) => text.extend(["[", &index.to_string(), "]"]),
        }
    }
    text
}

type BoxError = Box<dyn StdError + Send + Sync>;

/// A failed operation: a kind, a message for the sender, and a source that only logs see.
///
/// `Display` prints the message, which may reach clients and never holds secrets; `source()` is internal.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    violations: Vec<Violation>,
    /// A typed error of the application, as JSON: `error.data.event`.
    event: Option<Box<RawValue>>,
    /// What ends a subscription: `error.data.gap`.
    gap: Option<Gap>,
    retry_after: Option<Duration>,
    source: Option<BoxError>,
}

impl Error {
    /// An error of `kind`; `message` may reach clients.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            violations: Vec::new(),
            event: None,
            gap: None,
            retry_after: None,
            source: None,
        }))
    }

    /// An [`ErrorKind::Internal`] error whose cause stays on the server.
    pub fn internal(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Internal, "internal server error").with_source(source)
    }

    /// Adds the cause, for logs only.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the fields that failed validation.
    #[must_use]
    pub fn with_violations(mut self, violations: Vec<Violation>) -> Self {
        self.0.violations = violations;
        self
    }

    /// Adds a typed error of the application, as JSON; clients find it under `error.data.event`.
    #[must_use]
    pub fn with_event(mut self, event: Box<RawValue>) -> Self {
        self.0.event = Some(event);
        self
    }

    /// Adds the gap that a subscription ends with; clients find it under `error.data.gap`.
    #[must_use]
    pub fn with_gap(mut self, gap: Gap) -> Self {
        self.0.gap = Some(gap);
        self
    }

    /// Adds how long the sender should wait; HTTP says it as `retry-after`, in whole seconds.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// How long the sender should wait before it tries again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The text for the sender.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields that failed validation; empty unless the kind is [`ErrorKind::BadRequest`].
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The typed error of the application, as JSON.
    pub fn event(&self) -> Option<&RawValue> {
        self.0.event.as_deref()
    }

    /// The gap that a subscription ends with.
    pub fn gap(&self) -> Option<&Gap> {
        self.0.gap.as_ref()
    }

    /// Whether sending the same request again later may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.kind.codes().retryable
    }
}

/// How many causes of a failure are shown; a chain has no end of its own.
const MAX_CAUSES: usize = 16;

impl Error {
    /// What its sources say, from the outer to the inner, as they display themselves: their `Debug` may hold payloads. Empty if
    /// there is none.
    pub(crate) fn causes(&self) -> String {
        std::iter::successors(self.source(), |&cause| cause.source())
            .take(MAX_CAUSES)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("kind", &self.0.kind)
            .field("message", &self.0.message);
        if !self.0.violations.is_empty() {
            debug.field("violations", &self.0.violations);
        }
        if self.0.event.is_some() {
            debug.field("event", &Hidden);
        }
        if let Some(gap) = &self.0.gap {
            debug.field("gap", gap);
        }
        if self.0.source.is_some() {
            debug.field("causes", &self.causes());
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    /// As a driver that keeps the row beside its text.
    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Refused {
        text: &'static str,
        #[allow(dead_code, reason = "`Debug` reads it")]
        row: &'static str,
        source: Option<Box<Self>>,
    }

    fn refused(text: &'static str, source: Option<Box<Refused>>) -> Refused {
        let row = "card 4111";
        Refused { text, row, source }
    }

    #[test]
    fn debug_shows_the_texts_of_causes_and_neither_their_fields_nor_the_event() {
        let cause = refused("not stored", Some(Box::new(refused("disk full", None))));
        let event =
            RawValue::from_string(r#"{"type":"refused","card":"4111"}"#.to_owned()).unwrap();
        let shown = format!("{:?}", Error::internal(cause).with_event(event));
        assert!(
            shown.contains(r#"causes: "not stored: disk full""#),
            "{shown}"
        );
        assert!(!shown.contains("4111"), "{shown}");
    }

    #[test]
    fn a_chain_of_causes_ends() {
        let chain = (0..100).fold(refused("last", None), |inner, _| {
            refused("outer", Some(Box::new(inner)))
        });
        let causes = Error::internal(chain).causes();
        assert_eq!(causes.split(": ").count(), MAX_CAUSES);
    }
}
