//! Which pages of other origins may call, after the Fetch standard.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use super::{body::ResponseBody, reply};

/// The origins whose pages may call from a browser; none by default.
///
/// Browsers apply no such rules to a WebSocket: whoever serves one asks [`Cors::allowed`].
#[derive(Debug, Clone)]
pub struct Cors {
    /// Such as `https://app.example`, compared as a whole.
    pub origins: Vec<String>,
    /// Whether cookies may be sent along. Default no.
    pub credentials: bool,
    /// How long a browser may remember the answer to a preflight. Default 2 hours, the most Chromium takes.
    pub max_age: Duration,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            credentials: false,
            max_age: Duration::from_hours(2),
        }
    }
}

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "content-type, authorization, trpc-accept, trpc-batch-mode, last-event-id, x-trpc-source, x-request-id",
);

impl Cors {
    fn is_off(&self) -> bool {
        self.origins.is_empty()
    }

    /// The request's `Origin`, if it is one of the list.
    pub fn allowed<'a>(&self, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
        if self.is_off() {
            return None;
        }
        let origin = headers.get(header::ORIGIN)?;
        let listed = |known: &String| known.as_bytes() == origin.as_bytes();
        self.origins.iter().any(listed).then_some(origin)
    }

    /// Whether a browser asks what it may send, and there is anything to say.
    pub(crate) fn is_preflight(&self, parts: &Parts) -> bool {
        !self.is_off()
            && parts.method == Method::OPTIONS
            && parts.headers.contains_key(header::ORIGIN)
            && parts
                .headers
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// The answer to a preflight, without what [`Cors::apply`] adds; for an origin that is not allowed it says nothing.
    pub(crate) fn preflight(&self, allowed: bool) -> Response<ResponseBody> {
        let mut response = reply::empty(StatusCode::NO_CONTENT);
        if allowed {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
            headers.insert(
                header::ACCESS_CONTROL_MAX_AGE,
                self.max_age.as_secs().into(),
            );
        }
        response
    }

    /// Adds what every answer needs; `origin` is what [`Cors::allowed`] found.
    pub(crate) fn apply(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if self.is_off() {
            return;
        }
        // Caches must not give one origin's answer to another, nor to a request without one.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("retry-after"),
            );
            if self.credentials {
                headers.insert(
                    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                    HeaderValue::from_static("true"),
                );
            }
        }
    }
}
