//! The accept loop: one task a connection, limits before the first byte, and an orderly end.

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    io::{Activity, TimedIo},
    limits::Limits,
    ready::Ready,
};
use crate::delivery::closing::Closing;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The longest request head, in bytes.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// The most headers of a request.
const MAX_HEADERS: usize = 100;
/// How long accepting rests after an error of the system, such as no free file descriptor: at first, and at most.
const ACCEPT_REST: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));
/// What a client is told while there are as many connections as there may be.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 140\r\n\
retry-after: 1\r\nconnection: close\r\n\r\n\
{\"error\":{\"message\":\"too many connections\",\"code\":-32603,\"data\":{\"code\":\"SERVICE_UNAVAILABLE\",\"httpStatus\":503,\"reason\":\"max_connections\"}}}";

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnInfo {
    /// The other end: the client, or a proxy before it.
    pub peer: SocketAddr,
}

/// What the accept loop shares with the streams and sockets it serves.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Connections, heads and time-outs.
    pub limits: Arc<Limits>,
    /// Ends streams and sockets once the loop stops.
    pub closing: Closing,
    /// Counts the tasks of connections and sockets.
    pub tasks: TaskTracker,
    /// How long draining may take; what is left is cut then.
    pub drain_timeout: Duration,
}

/// Serves HTTP/1.1 on `listener` until `shutdown`, then drains.
///
/// Draining stops accepting, closes idle connections, lets answers under way finish, has streams and sockets end over
/// the window of [`Serving::closing`], and after [`Serving::drain_timeout`] cuts what is left.
///
/// # Cancel safety
///
/// Dropping the future stops accepting; connections go on by themselves.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    handler: H,
    serving: &Serving,
    shutdown: CancellationToken,
) where
    H: Fn(Request<Incoming>, ConnInfo) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<BoxError>,
{
    let limits = &serving.limits;
    let places = Arc::new(Semaphore::new(
        limits.max_connections.min(Semaphore::MAX_PERMITS),
    ));
    let ends = Ends::default();
    let mut rest = ACCEPT_REST.0;
    while let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                rest = ACCEPT_REST.0;
                let Ok(permit) = Arc::clone(&places).try_acquire_owned() else {
                    refuse(&stream);
                    continue;
                };
                let handler = handler.clone();
                let connection = connection(stream, peer, handler, limits, permit, ends.clone());
                serving.tasks.spawn(connection);
            }
            // The client was gone before it was accepted.
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                shutdown.run_until_cancelled(tokio::time::sleep(rest)).await;
                rest = (rest * 2).min(ACCEPT_REST.1);
            }
        }
    }
    drop(listener);
    serving.closing.begin();
    ends.finish.cancel();
    serving.tasks.close();
    let drained = tokio::time::timeout(serving.drain_timeout, serving.tasks.wait()).await;
    if drained.is_err() {
        tracing::warn!(
            connections = serving.tasks.len(),
            "cutting what did not end in time"
        );
        ends.cut.cancel();
    }
}

/// Tells connections to end.
#[derive(Debug, Clone, Default)]
struct Ends {
    /// After the answer under way.
    finish: CancellationToken,
    /// At once.
    cut: CancellationToken,
}

fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// Says why, as far as the kernel takes it without waiting, and closes.
fn refuse(stream: &TcpStream) {
    tracing::debug!(reason = "max_connections", "connection refused");
    // The client may be gone already, which is as well.
    let _written = stream.try_write(FULL);
}

fn connection<H, F, B>(
    stream: TcpStream,
    peer: SocketAddr,
    handler: H,
    limits: &Limits,
    permit: OwnedSemaphorePermit,
    ends: Ends,
) -> impl Future<Output = ()> + Send + 'static
where
    H: Fn(Request<Incoming>, ConnInfo) -> F + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<BoxError>,
{
    // It fails on a connection that is already gone; reading will tell.
    let _set = stream.set_nodelay(true);
    let activity = Activity::new();
    let io = TimedIo::new(stream, limits, Arc::clone(&activity), Some(permit));
    let info = ConnInfo { peer };
    let service = {
        let activity = Arc::clone(&activity);
        service_fn(move |request| {
            activity.busy();
            let answer = handler(request, info);
            let activity = Arc::clone(&activity);
            async move { Ok::<_, Infallible>(watch(answer.await, activity)) }
        })
    };
    run(io, service, activity, ends)
}

async fn run<S, B>(io: TimedIo<TcpStream>, service: S, activity: Arc<Activity>, ends: Ends)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes> + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // `TimedIo` tells first byte, head and idling apart, which this one timer does not.
        .header_read_timeout(None)
        .half_close(false)
        // Answers and frames are short: copying them into one buffer costs less than a gathering write.
        .writev(false)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut finish = pin!(ends.finish.cancelled());
    let mut cut = pin!(ends.cut.cancelled());
    // The tokens are shared by all connections: they are asked when they fire, not whenever a connection moves.
    let mut ready = Ready::new(2);
    ready.set(0);
    ready.set(1);
    std::future::poll_fn(|cx| {
        ready.collect(cx.waker());
        if ready.take(0) {
            let waker = ready.waker(0);
            if cut
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready()
            {
                return Poll::Ready(());
            }
        }
        if ready.take(1) {
            let waker = ready.waker(1);
            let fires = finish.as_mut().poll(&mut Context::from_waker(&waker));
            if fires.is_ready() {
                // hyper waits for the first request of such a connection.
                if activity.is_fresh() {
                    return Poll::Ready(());
                }
                connection.as_mut().graceful_shutdown();
            }
        }
        match connection.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            // What failed is the client's connection: it is gone, too slow, or speaks no HTTP.
            Poll::Ready(Ok(()) | Err(_)) => Poll::Ready(()),
        }
    })
    .await;
}

/// Has the connection count as idle once the body is done with; one that was upgraded never does.
fn watch<B>(response: Response<B>, activity: Arc<Activity>) -> Response<Watched<B>> {
    let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    response.map(|body| Watched {
        body,
        activity: (!upgraded).then_some(activity),
    })
}

/// A body that says when it is done with.
struct Watched<B> {
    body: B,
    activity: Option<Arc<Activity>>,
}

impl<B: Body + Unpin> Body for Watched<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        if let Some(activity) = &self.activity {
            activity.idle();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_well_formed() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["data"]["reason"], "max_connections");
    }

    #[test]
    fn only_errors_of_the_system_make_the_loop_rest() {
        assert!(is_about_one_connection(
            &io::ErrorKind::ConnectionAborted.into()
        ));
        // EMFILE.
        assert!(!is_about_one_connection(&io::Error::from_raw_os_error(24)));
    }
}
