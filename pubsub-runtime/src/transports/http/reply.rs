//! Responses, whole ones.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use super::body::ResponseBody;
use crate::{
    protocols::trpc::response::{Outcome, write_error},
    words::error::Error,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// What tRPC's answers depend on, for v10 and v11.
const VARY: HeaderValue = HeaderValue::from_static("trpc-accept, accept, trpc-batch-mode");

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    response
}

/// The answer to HEAD.
pub(crate) fn no_content() -> Response<ResponseBody> {
    empty(StatusCode::NO_CONTENT)
}

/// JSON with the status and headers of `outcome`.
pub(crate) fn json(outcome: Outcome, body: Vec<u8>) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::full(body.into()));
    // Every status comes from one table, so the fallback is never taken.
    *response.status_mut() =
        StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::VARY, VARY);
    if let Some(seconds) = outcome.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// An error that belongs to no procedure.
pub(crate) fn error(error: &Error) -> Response<ResponseBody> {
    let mut body = Vec::with_capacity(160);
    write_error(&mut body, error, None);
    json(Outcome::of(Err(error)), body)
}

/// A batch that is answered line by line: JSON, though clients do not look.
pub(crate) fn streamed(body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::VARY, VARY);
    unbuffered(response)
}

/// A stream of server-sent events.
pub(crate) fn event_stream(body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let media = HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, media);
    let cache = HeaderValue::from_static("no-cache, no-transform");
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, VARY);
    unbuffered(response)
}

/// A stream of server-sent events that is over already.
pub(crate) fn ended_event_stream(body: Vec<u8>) -> Response<ResponseBody> {
    event_stream(ResponseBody::full(Bytes::from(body)))
}

/// nginx holds answers back unless told otherwise.
fn unbuffered(mut response: Response<ResponseBody>) -> Response<ResponseBody> {
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Adds which methods would have been right.
pub(crate) fn allow(
    mut response: Response<ResponseBody>,
    methods: Option<&'static str>,
) -> Response<ResponseBody> {
    if let Some(methods) = methods {
        let methods = HeaderValue::from_static(methods);
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}
