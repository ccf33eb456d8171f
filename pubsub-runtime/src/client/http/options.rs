//! How the transport over HTTP behaves.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use reqwest::Url;

use super::{HttpTransport, Shared};
use crate::client::{error::ClientError, transport::TransportError};

type Token = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

type Watcher = dyn Fn(Connection<'_>) + Send + Sync;

/// What became of the connection of a subscription, for logs and status lights; no event is lost by it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Connection<'a> {
    /// The server answers: after the first attempt, or after one or more that failed.
    Open,
    /// It ended, broke or was refused for now, and is opened again after this delay.
    #[non_exhaustive]
    Lost {
        /// Why; `None` if the server closed it in good order.
        error: Option<&'a ClientError>,
        /// How long until the next attempt.
        delay: Duration,
    },
}

pub(super) struct Options {
    pub(super) watcher: Option<Arc<Watcher>>,
    pub(super) token_provider: Option<Arc<dyn Fn() -> Token + Send + Sync>>,
    pub(super) request_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) min_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) max_event_bytes: usize,
    pub(super) max_answer_bytes: usize,
}

/// Makes an [`HttpTransport`] whose options differ from the defaults.
#[must_use = "nothing is built until `build` is called"]
pub struct HttpTransportBuilder {
    base_url: String,
    client: Option<reqwest::Client>,
    options: Options,
}

impl HttpTransportBuilder {
    pub(super) fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            client: None,
            options: Options {
                watcher: None,
                token_provider: None,
                request_timeout: Duration::from_mins(1),
                idle_timeout: Duration::from_secs(45),
                min_delay: Duration::from_millis(500),
                max_delay: Duration::from_secs(30),
                max_event_bytes: 1 << 20,
                max_answer_bytes: 8 << 20,
            },
        }
    }

    /// Uses this HTTP client, for TLS, proxies and headers of one's own. It must have no total time-out, which would cut
    /// streams off.
    pub fn client(mut self, client: reqwest::Client) -> Self {
        self.client = Some(client);
        self
    }

    /// Asks for a bearer token before every request and every reconnect; `None` sends none.
    pub fn token_provider<F, Fut>(mut self, provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Option<String>> + Send + 'static,
    {
        self.options.token_provider = Some(Arc::new(move || Box::pin(provider())));
        self
    }

    /// Tells what becomes of the connections of subscriptions; it must not block.
    pub fn on_connection(
        mut self,
        watcher: impl Fn(Connection<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.options.watcher = Some(Arc::new(watcher));
        self
    }

    /// How long one sent event may take, answer included. Default 60 s.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.options.request_timeout = timeout;
        self
    }

    /// How long a stream may be silent before it is taken for dead and opened again. The server pings every 15 s.
    /// Default 45 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options.idle_timeout = timeout;
        self
    }

    /// The delay before the first and at most before any later attempt to reconnect; each is up to doubled at random.
    /// A `retry:` of the server replaces the first, within the second. Default 0.5 s and 30 s.
    pub fn reconnect_delay(mut self, first: Duration, longest: Duration) -> Self {
        self.options.min_delay = first;
        self.options.max_delay = longest.max(first);
        self
    }

    /// The largest event, in bytes of the stream; a larger one ends the subscription with an error. Default 1 MiB.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.options.max_event_bytes = bytes;
        self
    }

    /// The largest answer to a sent event, in bytes. Default 8 MiB.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.options.max_answer_bytes = bytes;
        self
    }

    /// The transport.
    ///
    /// # Errors
    ///
    /// The base URL is no `http` or `https` URL, or the HTTP client cannot start.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        let mut base = Url::parse(&self.base_url).map_err(|error| {
            TransportError::lasting(
                format!("`{}` is not a URL", self.base_url),
                Some(error.into()),
            )
        })?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(TransportError::lasting(
                format!("`{}` is not an http or https URL", self.base_url),
                None,
            ));
        }
        base.set_query(None);
        base.set_fragment(None);
        let client = match self.client {
            Some(client) => client,
            None => reqwest::Client::builder()
                .connect_timeout(Duration::from_secs(10))
                .build()
                .map_err(|error| {
                    TransportError::new("the HTTP client cannot start", Some(error.into()))
                })?,
        };
        Ok(HttpTransport {
            shared: Arc::new(Shared {
                client,
                base,
                options: self.options,
            }),
        })
    }
}

impl std::fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTransportBuilder")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
