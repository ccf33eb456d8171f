//! The transport over HTTP and SSE.

mod connection;
mod guard;
mod options;
mod reconnect;

pub use connection::HttpEvents;
pub use options::{Connection, HttpTransportBuilder};

use std::{fmt, sync::Arc};

use reqwest::{
    RequestBuilder, Response, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE},
};

use self::options::Options;
use super::{
    error::ClientError,
    transport::{SubscribeRequest, Transport, TransportError},
};

/// Sends by `POST …/trpc/sendEvent` and reads by SSE from `…/events`, below one base URL.
///
/// A stream that ends, breaks or falls silent is opened again and resumed after the last id seen, with an exponential,
/// jittered delay, for as long as it takes. A refusal (4xx) ends it with an error, and so does an answer that is no event
/// stream. It needs a tokio runtime; cloning is cheap.
///
/// `https` needs one of reqwest's TLS features, which an application chooses by depending on `reqwest` itself.
///
/// # Examples
///
/// ```
/// use pubsub_runtime::client::HttpTransport;
///
/// let transport = HttpTransport::new("http://127.0.0.1:3000")?;
/// assert_eq!(transport.base_url(), "http://127.0.0.1:3000/");
/// # Ok::<(), pubsub_runtime::client::TransportError>(())
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    client: reqwest::Client,
    base: Url,
    options: Options,
}

impl HttpTransport {
    /// A transport to the server at `base_url`, with every option at its default.
    ///
    /// # Errors
    ///
    /// `base_url` is no `http` or `https` URL, or the HTTP client cannot start.
    pub fn new(base_url: &str) -> Result<Self, TransportError> {
        Self::builder(base_url).build()
    }

    /// A transport whose options differ from the defaults.
    pub fn builder(base_url: &str) -> HttpTransportBuilder {
        HttpTransportBuilder::new(base_url)
    }

    /// The URL that `/trpc` and `/events` stand below.
    pub fn base_url(&self) -> &str {
        self.shared.base.as_str()
    }
}

impl Transport for HttpTransport {
    type Events = HttpEvents;

    async fn mutate(&self, procedure: &str, input: String) -> Result<String, TransportError> {
        let shared = &self.shared;
        let url = shared.url(&["trpc", procedure]);
        let request = shared
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .timeout(shared.options.request_timeout)
            .body(input);
        let response = shared.authorise(request).await.send().await;
        let response = response
            .map_err(|error| TransportError::new("the request failed", Some(error.into())))?;
        // Success and failure are told apart by the body, never by the status; but a proxy's page is neither.
        if !has_type(&response, "application/json") {
            let status = response.status();
            let message = format!("`{procedure}` was answered with status {status} and no JSON");
            return Err(foreign(status, message));
        }
        let body = read_body(response, shared.options.max_answer_bytes).await?;
        String::from_utf8(body)
            .map_err(|error| TransportError::lasting("the answer is not UTF-8", Some(error.into())))
    }

    async fn subscribe(&self, request: SubscribeRequest) -> Result<HttpEvents, ClientError> {
        HttpEvents::open(Arc::clone(&self.shared), request).await
    }
}

impl Shared {
    /// The URL of a path below the base.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Tells whoever watches connections.
    fn tell(&self, connection: Connection<'_>) {
        if let Some(watcher) = &self.options.watcher {
            watcher(connection);
        }
    }

    /// Adds the bearer token, asked for anew on every request because it may have expired since the last one.
    async fn authorise(&self, request: RequestBuilder) -> RequestBuilder {
        let Some(provider) = &self.options.token_provider else {
            return request;
        };
        match provider().await {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("base", &self.shared.base.as_str())
            .finish_non_exhaustive()
    }
}

fn has_type(response: &Response, expected: &str) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
}

async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk
            .map_err(|error| TransportError::new("the answer was cut off", Some(error.into())))?;
        let Some(chunk) = chunk else {
            return Ok(body);
        };
        if chunk.len() > limit.saturating_sub(body.len()) {
            return Err(TransportError::lasting(
                format!("the answer is over {limit} bytes"),
                None,
            ));
        }
        body.extend_from_slice(&chunk);
    }
}

/// The frames in these bytes, as a subscription reads them, and whether reading went on to the end; for the fuzzer.
#[cfg(fuzzing)]
pub(crate) async fn frames(
    chunks: Vec<bytes::Bytes>,
    limit: usize,
) -> (Vec<sse_stream::Sse>, bool) {
    use futures_util::StreamExt as _;
    let bytes = futures_util::stream::iter(chunks.into_iter().map(Ok));
    let guarded = guard::Guarded::new(bytes, std::time::Duration::from_secs(60), limit);
    let mut stream = sse_stream::SseByteStream::new(guarded);
    let mut frames = Vec::new();
    while let Some(frame) = stream.next().await {
        match frame {
            Ok(frame) => frames.push(frame),
            Err(_) => return (frames, false),
        }
    }
    (frames, true)
}

/// The refusal in a response that is not an event stream.
async fn refusal(response: Response, limit: usize) -> ClientError {
    let status = response.status();
    let body = if has_type(&response, "application/json") {
        read_body(response, limit).await.ok()
    } else {
        None
    };
    let told = body
        .and_then(|body| String::from_utf8(body).ok())
        .and_then(|body| ClientError::from_json(&body));
    if let Some(error) = told {
        return error;
    }
    let message = format!("the server answered {status} instead of an event stream");
    foreign(status, message).into()
}

/// An answer that is not this protocol's: a proxy's, which may pass, or another server's.
fn foreign(status: StatusCode, message: String) -> TransportError {
    if is_passing(status) {
        TransportError::new(message, None)
    } else {
        TransportError::lasting(message, None)
    }
}

/// Whether a status says "later" rather than "no".
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

#[cfg(test)]
mod tests;
