//! The routes of tRPC and plain SSE over HTTP/1.1, for a bare hyper connection and for an axum router.

mod batch;
mod body;
mod cors;
mod events;
pub(crate) mod reply;
mod request_body;
mod trpc;

use std::{fmt, mem, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use ::http::{HeaderMap, Method, Request, Response, StatusCode, header, request::Parts};
use axum::routing::any;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body::Body;
use tower_service::Service;

pub use body::ResponseBody;
pub use cors::Cors;

use super::limits::Limits;
use crate::{
    ops::procedures::{Caller, Procedures},
    protocols::{sse, trpc::request::Rules},
    words::{
        clock::IdSource,
        error::{Error, ErrorKind},
        principal::Principal,
    },
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Answers a request to become a WebSocket.
///
/// It takes `hyper::upgrade::OnUpgrade` out of the extensions and answers 101, or whatever refuses the request.
pub type Upgrade = Arc<dyn Fn(&mut Parts) -> Response<ResponseBody> + Send + Sync>;

/// How the HTTP routes behave.
#[derive(Clone, Default)]
pub struct HttpOptions {
    /// Bodies, batches and time-outs.
    pub limits: Limits,
    /// Which pages of other origins may call.
    pub cors: Cors,
    /// Whether queries and subscriptions may come by `POST`, as v11's `methodOverride` sends them. Default no.
    pub method_override: bool,
    /// A character that may stand for the dots of procedures' paths in URLs, as v11's `pathSeparator`. Default none.
    pub path_separator: Option<char>,
    /// What serves a WebSocket on `/trpc`; without it such requests are treated as any other.
    pub upgrade: Option<Upgrade>,
    /// What answers every other path; without it they are not found.
    pub fallback: Option<axum::Router>,
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("limits", &self.limits)
            .field("cors", &self.cors)
            .field("method_override", &self.method_override)
            .field("path_separator", &self.path_separator)
            .field("upgrade", &self.upgrade.is_some())
            .field("fallback", &self.fallback.is_some())
            .finish()
    }
}

/// Serves procedures at `/trpc/…` and plain SSE at `/events`.
///
/// Every answer that is no stream is JSON; what goes wrong has tRPC's error envelope.
pub struct HttpTransport {
    procedures: Arc<dyn Procedures>,
    ids: Arc<dyn IdSource>,
    options: HttpOptions,
    /// What a tRPC subscription begins with.
    trpc_head: Bytes,
    /// What a plain SSE stream begins with.
    events_head: Bytes,
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

enum Route<'a> {
    /// What follows `/trpc`.
    Trpc(&'a str),
    Events,
    Unknown,
}

impl<'a> Route<'a> {
    fn of(path: &'a str) -> Self {
        match path.strip_prefix("/trpc") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Self::Trpc(rest),
            _ if path == "/events" => Self::Events,
            _ => Self::Unknown,
        }
    }
}

impl HttpTransport {
    /// A transport that serves `procedures`; `ids` gives requests their ids.
    pub fn new(
        procedures: Arc<dyn Procedures>,
        ids: Arc<dyn IdSource>,
        options: HttpOptions,
    ) -> Self {
        let mut head = Vec::new();
        sse::write_retry(&mut head, options.limits.retry);
        let events_head = Bytes::from(head.clone());
        sse::write_connected(&mut head, options.limits.reconnect_after_inactivity);
        Self {
            procedures,
            ids,
            options,
            trpc_head: head.into(),
            events_head,
        }
    }

    /// Answers one request.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the calls it waits for.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut parts, body) = request.into_parts();
        let cors = &self.options.cors;
        let origin = cors.allowed(&parts.headers).cloned();
        let mut response = if cors.is_preflight(&parts) {
            cors.preflight(origin.is_some())
        } else {
            let routed = AssertUnwindSafe(self.route(&mut parts, body)).catch_unwind();
            routed.await.unwrap_or_else(|_| {
                tracing::error!("a request panicked");
                reply::error(&panicked())
            })
        };
        cors.apply(origin, response.headers_mut());
        response
    }

    /// The routes `/trpc`, `/trpc/…` and `/events` for an axum application.
    pub fn into_router(self: Arc<Self>) -> axum::Router {
        let service = any(move |request: axum::extract::Request| {
            let transport = Arc::clone(&self);
            async move { transport.handle(request).await.map(axum::body::Body::new) }
        });
        axum::Router::new()
            .route("/trpc", service.clone())
            .route("/trpc/", service.clone())
            .route("/trpc/{*path}", service.clone())
            .route("/events", service)
    }

    async fn route<B>(&self, parts: &mut Parts, body: B) -> Response<ResponseBody>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<BoxError>,
    {
        let route = Route::of(parts.uri.path());
        if parts.method == Method::HEAD && !matches!(route, Route::Unknown) {
            return reply::no_content();
        }
        match route {
            Route::Trpc(_) if wants_websocket(parts) => {
                if let Some(upgrade) = &self.options.upgrade {
                    return upgrade(parts);
                }
            }
            Route::Unknown => {
                if let Some(fallback) = &self.options.fallback {
                    return fall_back(fallback.clone(), parts, body).await;
                }
            }
            _ => {}
        }
        if let Err(error) = request_body::check(&parts.headers) {
            return reply::error(&error);
        }
        match Route::of(parts.uri.path()) {
            Route::Trpc(path) => self.trpc(path, parts, body).await,
            Route::Events => self.events(parts).await,
            Route::Unknown => reply::error(&not_found()),
        }
    }

    /// How long the client of a stream that closes waits: from one to three times the usual, so that not all come back at once.
    fn comeback(&self) -> Duration {
        let usual = self.options.limits.retry;
        let millis = u64::try_from(usual.as_millis()).unwrap_or(u64::MAX);
        let spread = self.ids.random() % millis.saturating_mul(2).max(1);
        usual.saturating_add(Duration::from_millis(spread))
    }

    fn rules(&self) -> Rules {
        Rules {
            max_batch: self.options.limits.max_batch,
            method_override: self.options.method_override,
            path_separator: self.options.path_separator,
        }
    }

    fn caller(&self, headers: &HeaderMap) -> Caller {
        Caller {
            principal: Principal::anonymous(),
            request_id: self.request_id(headers),
            connection_params: None,
            confirms: false,
        }
    }

    /// The client's `x-request-id`, if it has one that is fit for logs, else a new one.
    fn request_id(&self, headers: &HeaderMap) -> Arc<str> {
        let fit = |id: &&str| {
            let safe =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            !id.is_empty() && id.len() <= 128 && id.bytes().all(safe)
        };
        let sent = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        if let Some(id) = sent.filter(fit) {
            return id.into();
        }
        let mut hex = [0_u8; 16];
        let random = self.ids.random();
        for (place, digit) in hex.iter_mut().enumerate() {
            let nibble = (random >> (60 - 4 * place)) & 0xf;
            *digit = b"0123456789abcdef"
                .get(nibble as usize)
                .copied()
                .unwrap_or(b'0');
        }
        std::str::from_utf8(&hex).unwrap_or_default().into()
    }
}

/// Lets the application's own router answer.
async fn fall_back<B>(
    mut router: axum::Router,
    parts: &mut Parts,
    body: B,
) -> Response<ResponseBody>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let (blank, ()) = Request::new(()).into_parts();
    let request = Request::from_parts(mem::replace(parts, blank), axum::body::Body::new(body));
    match Service::call(&mut router, request).await {
        Ok(response) if is_blank_refusal(&response) => reply::error(&not_found()),
        Ok(response) => response.map(ResponseBody::other),
        Err(never) => match never {},
    }
}

/// Whether a router said no more than that it has no such path.
fn is_blank_refusal(response: &Response<axum::body::Body>) -> bool {
    response.status() == StatusCode::NOT_FOUND
        && response.body().is_end_stream()
        && !response.headers().contains_key(header::CONTENT_TYPE)
}

fn not_found() -> Error {
    Error::new(ErrorKind::NotFound, "Not found")
}

fn panicked() -> Error {
    Error::new(ErrorKind::Internal, "internal server error")
}

fn wants_websocket(parts: &Parts) -> bool {
    parts.method == Method::GET
        && parts
            .headers
            .get(header::UPGRADE)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}
