//! A connection with the timers that hyper lacks.

use std::{
    fmt,
    future::Future as _,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until},
};

use super::limits::Limits;
use crate::words::clock::FOREVER;

/// What a connection is doing: its service says so, its IO goes by it.
#[derive(Debug)]
pub(crate) struct Activity(AtomicU8);

/// No byte has come yet.
const FRESH: u8 = 0;
/// A request's head is coming.
const HEAD: u8 = 1;
/// A request is being answered, or the connection has become a WebSocket: how long that may take is not for the IO to say.
const BUSY: u8 = 2;
/// The last answer is written, and no byte of the next request has come.
const IDLE: u8 = 3;

impl Activity {
    /// A connection just accepted.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU8::new(FRESH)))
    }

    /// A request's head is complete.
    pub(crate) fn busy(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    /// The answer is given to the connection.
    pub(crate) fn idle(&self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }

    /// Whether the connection waits for a first byte.
    pub(crate) fn is_fresh(&self) -> bool {
        self.0.load(Ordering::Relaxed) == FRESH
    }
}

/// A stream that fails with [`io::ErrorKind::TimedOut`] when the peer is silent, or does not take what is written, for too long.
///
/// It has one timer, which is looked at only when the stream has nothing to give or to take, and set again only when it has run out: a
/// read or a write that makes progress costs a comparison.
pub(crate) struct TimedIo<S> {
    stream: S,
    activity: Arc<Activity>,
    /// What the reading deadline was set for.
    phase: u8,
    read_deadline: Instant,
    write_deadline: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    header: Duration,
    idle: Duration,
    write_stall: Duration,
    /// The connection's share of the most there may be; it is held until the stream is closed, upgraded or not.
    _permit: Option<OwnedSemaphorePermit>,
}

impl<S> TimedIo<S> {
    /// Watches `stream`, which was accepted now.
    pub(crate) fn new(
        stream: S,
        limits: &Limits,
        activity: Arc<Activity>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        let read_deadline = Instant::now() + limits.first_byte_timeout.min(FOREVER);
        Self {
            stream,
            activity,
            phase: FRESH,
            read_deadline,
            write_deadline: None,
            timer: Box::pin(sleep_until(read_deadline)),
            header: limits.header_timeout.min(FOREVER),
            idle: limits.idle_timeout.min(FOREVER),
            write_stall: limits.write_stall_timeout.min(FOREVER),
            _permit: permit,
        }
    }

    /// `Err` if `deadline` has passed; else the task is woken no later than at it.
    fn check(&mut self, cx: &mut Context<'_>, deadline: Instant) -> io::Result<()> {
        // A timer that runs out late would let the deadline pass; one that runs out early is set again then.
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Nothing has come: checks whether something should have.
    fn check_silence(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let phase = self.activity.0.load(Ordering::Relaxed);
        if phase == BUSY {
            self.phase = BUSY;
            return Ok(());
        }
        if phase != self.phase {
            // The other two were set where they began.
            self.phase = phase;
            self.read_deadline = Instant::now() + self.idle;
        }
        self.check(cx, self.read_deadline)
    }

    fn on_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write_deadline = None;
            return written;
        }
        let limit = self.write_stall;
        let deadline = *self
            .write_deadline
            .get_or_insert_with(|| Instant::now() + limit);
        match self.check(cx, deadline) {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Ready(outcome) => {
                let phase = this.activity.0.load(Ordering::Relaxed);
                if phase == FRESH || phase == IDLE {
                    this.activity.0.store(HEAD, Ordering::Relaxed);
                    // Set here and not at the next silence, so that a head that drips does not move it.
                    this.phase = HEAD;
                    this.read_deadline = Instant::now() + this.header;
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => match this.check_silence(cx) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedIo<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.on_written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.on_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for TimedIo<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedIo")
            .field("activity", &self.activity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    fn limits() -> Limits {
        Limits {
            first_byte_timeout: Duration::from_secs(1),
            header_timeout: Duration::from_secs(2),
            idle_timeout: Duration::from_secs(10),
            write_stall_timeout: Duration::from_secs(5),
            ..Limits::default()
        }
    }

    fn pair() -> (TimedIo<DuplexStream>, DuplexStream, Arc<Activity>) {
        let (near, far) = duplex(16);
        let activity = Activity::new();
        (
            TimedIo::new(near, &limits(), Arc::clone(&activity), None),
            far,
            activity,
        )
    }

    async fn fails_after(io: &mut TimedIo<DuplexStream>, seconds: u64) {
        let start = Instant::now();
        let error = io.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let waited = start.elapsed();
        let limit = Duration::from_secs(seconds);
        assert!(
            waited >= limit && waited < limit + Duration::from_millis(10),
            "{waited:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_is_cut() {
        let (mut io, _far, _) = pair();
        fails_after(&mut io, 1).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_without_end_is_none() {
        let limits = Limits {
            first_byte_timeout: Duration::MAX,
            header_timeout: Duration::MAX,
            idle_timeout: Duration::MAX,
            write_stall_timeout: Duration::MAX,
            ..Limits::default()
        };
        let (near, mut far) = duplex(16);
        let activity = Activity::new();
        let mut io = TimedIo::new(near, &limits, Arc::clone(&activity), None);
        for _ in 0..2 {
            let silent = tokio::time::timeout(Duration::from_hours(1), io.read_u8());
            assert!(silent.await.is_err());
            far.write_u8(b'x').await.unwrap();
            io.read_u8().await.unwrap();
            activity.idle();
        }
        let stalled = tokio::time::timeout(Duration::from_hours(1), io.write_all(&[0; 32]));
        assert!(stalled.await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_is_cut() {
        let (mut io, mut far, _) = pair();
        let dripping = tokio::spawn(async move {
            while far.write_u8(b'x').await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        let start = Instant::now();
        let error = loop {
            if let Err(error) = io.read_u8().await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() < Duration::from_millis(2_600));
        dripping.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_connection_may_be_silent_and_an_idle_one_not_for_ever() {
        let (mut io, mut far, activity) = pair();
        far.write_u8(b'x').await.unwrap();
        io.read_u8().await.unwrap();
        activity.busy();
        let silent = tokio::time::timeout(Duration::from_hours(1), io.read_u8());
        assert!(silent.await.is_err());
        activity.idle();
        fails_after(&mut io, 10).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_nothing_is_cut() {
        let (mut io, mut far, activity) = pair();
        activity.busy();
        // As long as it takes some, it may be slow.
        for _ in 0..10 {
            io.write_all(&[0; 16]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(4)).await;
            far.read_exact(&mut [0; 16]).await.unwrap();
        }
        let start = Instant::now();
        let error = io.write_all(&[0; 32]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(start.elapsed() < Duration::from_millis(5_010));
    }
}
