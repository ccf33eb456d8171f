//! One subscription over SSE: connections come and go, the place stays.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, CACHE_CONTROL, HeaderValue, RETRY_AFTER},
};
use sse_stream::{Sse, SseByteStream};

use super::{
    Connection, Shared,
    guard::{GuardError, Guarded},
    has_type, is_passing,
    reconnect::Delays,
    refusal,
};
use crate::{
    client::{
        error::ClientError,
        transport::{Arrival, Start, SubscribeRequest, TransportError},
    },
    words::{envelope::Envelope, system},
};

type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;
type Frames = SseByteStream<Guarded<BoxStream<reqwest::Result<Bytes>>>>;

/// What arrives over SSE, across as many connections as it takes.
pub struct HttpEvents(BoxStream<Result<Arrival, ClientError>>);

struct Reader {
    shared: Arc<Shared>,
    url: Url,
    last_event_id: Option<HeaderValue>,
    frames: Option<Frames>,
    /// Why there are none.
    lost: Option<ClientError>,
    delays: Delays,
}

/// Why a connection is not to be had.
enum Failure {
    /// Another attempt may succeed, at the earliest after this delay.
    Passing(ClientError, Option<Duration>),
    /// No attempt will.
    Final(ClientError),
}

impl HttpEvents {
    pub(super) async fn open(
        shared: Arc<Shared>,
        request: SubscribeRequest,
    ) -> Result<Self, ClientError> {
        let mut url = shared.url(&["events"]);
        // This client asks for cursor tokens, which know more than event ids; a server that has none sends event ids.
        url.query_pairs_mut()
            .append_pair("channel", request.channel)
            .append_pair("ids", "cursor");
        match request.start {
            Start::Now => {}
            Start::Earliest => {
                url.query_pairs_mut().append_pair("from", "earliest");
            }
            Start::Since(moment) => {
                let moment = moment.to_string();
                url.query_pairs_mut().append_pair("since", &moment);
            }
        }
        if !request.filters.is_empty() {
            let filters = request.filters.to_json();
            let filters = filters.map_err(|source| ClientError::Declaration {
                what: "filter",
                source,
            })?;
            url.query_pairs_mut().append_pair("filters", &filters);
        }
        let last_event_id = match &request.resume_from {
            Some(id) => Some(HeaderValue::from_str(id).map_err(|error| {
                TransportError::lasting(
                    "the cursor to resume from holds control characters",
                    Some(error.into()),
                )
            })?),
            None => None,
        };
        let options = &shared.options;
        let delays = Delays::new(options.min_delay, options.max_delay);
        let mut reader = Reader {
            shared,
            url,
            last_event_id,
            frames: None,
            lost: None,
            delays,
        };
        match reader.connect().await {
            Ok(frames) => {
                reader.shared.tell(Connection::Open);
                reader.frames = Some(frames);
            }
            Err(Failure::Passing(error, _) | Failure::Final(error)) => return Err(error),
        }
        let arrivals = futures_util::stream::unfold(Some(reader), |reader| async {
            let mut reader = reader?;
            match reader.next().await {
                Ok(arrival) => Some((Ok(arrival), Some(reader))),
                Err(error) => Some((Err(error), None)),
            }
        });
        Ok(Self(Box::pin(arrivals)))
    }
}

impl Reader {
    async fn next(&mut self) -> Result<Arrival, ClientError> {
        loop {
            let Some(frames) = &mut self.frames else {
                self.reconnect().await?;
                continue;
            };
            match frames.next().await {
                Some(Ok(frame)) => {
                    if let Some(arrival) = self.take(frame)? {
                        return Ok(arrival);
                    }
                }
                // The same bytes would come again.
                Some(Err(error)) if !is_broken(&error) => {
                    return Err(TransportError::lasting(
                        "the event stream cannot be read",
                        Some(error.into()),
                    )
                    .into());
                }
                Some(Err(error)) => {
                    let error = TransportError::new("the event stream broke", Some(error.into()));
                    self.lose(Some(error.into()));
                }
                None => self.lose(None),
            }
        }
    }

    /// What a frame says, after its effects on this reader.
    fn take(&mut self, frame: Sse) -> Result<Option<Arrival>, ClientError> {
        match frame.retry {
            Some(delay) => self.delays.retry(Duration::from_millis(delay)),
            None => self.delays.reset(),
        }
        let cursor = frame.id.filter(|id| !id.is_empty());
        let data = frame.data.filter(|data| !data.is_empty());
        let arrival = match (data, frame.event.as_deref()) {
            (Some(data), Some(system::ERROR)) => {
                let error = ClientError::of_stream(&data);
                if !error.is_retryable() {
                    return Err(error);
                }
                self.lose(Some(error));
                None
            }
            (Some(data), event) if event != Some("ping") => {
                let envelope = serde_json::from_str::<Envelope>(&data).map_err(|source| {
                    TransportError::lasting(
                        "an event in the stream is not an envelope",
                        Some(source.into()),
                    )
                })?;
                Some(Arrival::Event {
                    envelope,
                    cursor: cursor.clone(),
                })
            }
            _ => cursor.clone().map(Arrival::Checkpoint),
        };
        // An id that no header can hold cannot be resumed from; the one before it repeats events and loses none.
        if let Some(Ok(id)) = cursor.as_deref().map(HeaderValue::from_str) {
            self.last_event_id = Some(id);
        }
        Ok(arrival)
    }

    /// Connects again, however often it takes.
    async fn reconnect(&mut self) -> Result<(), ClientError> {
        let mut at_least = Duration::ZERO;
        loop {
            let delay = self.delays.next().max(at_least);
            let error = self.lost.take();
            self.shared.tell(Connection::Lost {
                error: error.as_ref(),
                delay,
            });
            tokio::time::sleep(delay).await;
            match self.connect().await {
                Ok(frames) => {
                    self.shared.tell(Connection::Open);
                    self.frames = Some(frames);
                    return Ok(());
                }
                Err(Failure::Passing(error, delay)) => {
                    self.lost = Some(error);
                    at_least = delay.unwrap_or_default();
                }
                Err(Failure::Final(error)) => return Err(error),
            }
        }
    }

    /// Gives the connection up; the next turn opens another.
    fn lose(&mut self, error: Option<ClientError>) {
        self.frames = None;
        self.lost = error;
    }

    async fn connect(&mut self) -> Result<Frames, Failure> {
        let options = &self.shared.options;
        let mut request = self
            .shared
            .client
            .get(self.url.clone())
            .header(ACCEPT, "text/event-stream")
            .header(CACHE_CONTROL, "no-cache");
        if let Some(id) = &self.last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let request = self.shared.authorise(request).await;
        // A server that accepts a connection and never answers is as silent as a stream without bytes.
        let response = match tokio::time::timeout(options.idle_timeout, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(unreachable(Some(error.into()))),
            Err(elapsed) => return Err(unreachable(Some(elapsed.into()))),
        };
        let status = response.status();
        if status == StatusCode::OK && has_type(&response, "text/event-stream") {
            let bytes: BoxStream<_> = Box::pin(response.bytes_stream());
            return Ok(SseByteStream::new(Guarded::new(
                bytes,
                options.idle_timeout,
                options.max_event_bytes,
            )));
        }
        let delay = retry_after(&response, options.max_delay);
        let refused = tokio::time::timeout(options.idle_timeout, refusal(response, 64 << 10)).await;
        let error = refused.unwrap_or_else(|elapsed| {
            TransportError::new(
                "the server did not finish its refusal",
                Some(elapsed.into()),
            )
            .into()
        });
        Err(if is_passing(status) {
            Failure::Passing(error, delay)
        } else {
            Failure::Final(error)
        })
    }
}

impl Stream for HttpEvents {
    type Item = Result<Arrival, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for HttpEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpEvents")
    }
}

fn unreachable(source: Option<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    let error = TransportError::new("the server cannot be reached", source);
    Failure::Passing(error.into(), None)
}

/// Whether a new connection may get further than the one that failed so.
fn is_broken(error: &sse_stream::Error) -> bool {
    match error {
        sse_stream::Error::Body(error) => {
            !matches!(error.downcast_ref(), Some(GuardError::TooLarge(_)))
        }
        _ => false,
    }
}

fn retry_after(response: &reqwest::Response, longest: Duration) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?).min(longest))
}
