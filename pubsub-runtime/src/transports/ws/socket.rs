//! One task a socket: it reads, runs the session, writes, pings and closes.

use std::{
    fmt,
    future::Future,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};
use tokio_tungstenite::tungstenite::{
    self, Message, WebSocket,
    protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
};

use super::{
    frame::{Pipe, push_ping},
    session::{CloseReason, Session},
};
use crate::{
    delivery::closing::Closing,
    transports::{limits::Limits, ready::Ready},
    words::{clock::FOREVER, error::ErrorKind},
};

/// Sources are polled and messages read only while less than this waits to be sent.
const HIGH_BYTES: usize = 64 << 10;
/// A buffer longer than this is given back once it is sent, so that a burst does not stay with an idle socket.
const KEEP_BYTES: usize = 8 << 10;
/// How much is read from the network at a time.
const READ_BYTES: usize = 4 << 10;
/// How often a task goes on without a break, so that a busy socket does not starve the others of its thread.
const ROUNDS: usize = 16;
/// How long a client may take to answer a close frame.
const CLOSE_WAIT: Duration = Duration::from_secs(5);
/// What is read and thrown away after a protocol error: closing with unread bytes would reset the connection, and the close frame with it.
const DRAIN_BYTES: usize = 1 << 20;
/// Pings without any sign of life before a connection counts as dead.
const SILENT_PINGS: u32 = 2;

/// What clients are told while the server drains: 1012, service restart.
const DRAINING: CloseReason = CloseReason {
    code: 1012,
    reason: "draining",
};

const READ: usize = 0;
const TIMER: usize = 1;
const CLOSING: usize = 2;
/// The parts of a socket before those of its session.
pub(super) const OWN_PARTS: usize = 3;

/// The task of one socket; resolves when the connection is over.
pub(super) struct Socket<I> {
    io: I,
    websocket: WebSocket<Pipe>,
    sent: usize,
    unflushed: bool,
    session: Option<Session>,
    ready: Ready,
    phase: Phase,
    timer: Pin<Box<Sleep>>,
    ping_interval: Duration,
    /// How long a client may leave unconfirmed what it was sent.
    stall: Duration,
    silent_pings: u32,
    closing: Closing,
    turn: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The close frame is on its way; its answer is awaited.
    Closing,
    /// Both close frames have been exchanged: what is left is sent, then the connection ends.
    Closed,
    /// The client broke the protocol: so many bytes of it are thrown away before the connection ends.
    Draining(usize),
}

impl<I: AsyncRead + AsyncWrite + Unpin> Socket<I> {
    /// A socket over an upgraded connection.
    pub(super) fn new(io: I, session: Session, limits: &Limits, closing: Closing) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            // Control frames only: they pass through at once.
            .max_write_buffer_size(4 << 10)
            .max_message_size(Some(limits.max_body_bytes))
            .max_frame_size(Some(limits.max_body_bytes));
        let mut ready = Ready::new(OWN_PARTS + Session::max_parts(limits));
        for part in [READ, TIMER, CLOSING] {
            ready.set(part);
        }
        Self {
            io,
            websocket: WebSocket::from_raw_socket(Pipe::default(), Role::Server, Some(config)),
            sent: 0,
            unflushed: false,
            session: Some(session),
            ready,
            phase: Phase::Open,
            timer: Box::pin(sleep(limits.ping_interval)),
            ping_interval: limits.ping_interval.min(FOREVER),
            stall: limits.write_stall_timeout,
            silent_pings: 0,
            turn: Some(Box::pin(closing.clone().turn())),
            closing,
        }
    }

    fn waker(&mut self, part: usize) -> Waker {
        self.ready.waker(part)
    }

    fn out(&mut self) -> &mut Vec<u8> {
        &mut self.websocket.get_mut().out
    }

    /// Sends what waits.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let out = &mut self.websocket.get_mut().out;
        while let Some(rest) = out.get(self.sent..).filter(|rest| !rest.is_empty()) {
            let count = ready!(Pin::new(&mut self.io).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
            self.unflushed = true;
        }
        self.sent = 0;
        out.clear();
        if out.capacity() > KEEP_BYTES {
            *out = Vec::new();
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once; `false` if there is nothing to read now.
    fn read(&mut self) -> io::Result<bool> {
        let mut space = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut chunk = ReadBuf::uninit(&mut space);
        let waker = self.waker(READ);
        let cx = &mut Context::from_waker(&waker);
        match Pin::new(&mut self.io).poll_read(cx, &mut chunk) {
            Poll::Pending => return Ok(false),
            Poll::Ready(outcome) => outcome?,
        }
        let bytes = chunk.filled();
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.silent_pings = 0;
        if let Phase::Draining(left) = &mut self.phase {
            *left = left.saturating_sub(bytes.len());
            if *left == 0 {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            return Ok(true);
        }
        self.websocket.get_mut().feed(bytes);
        self.take_messages();
        Ok(true)
    }

    fn take_messages(&mut self) {
        while matches!(self.phase, Phase::Open | Phase::Closing) {
            let outcome = match self.websocket.read() {
                Ok(Message::Text(text)) => self
                    .on_message(|session, ready, out| session.on_text(text.as_str(), ready, out)),
                Ok(Message::Binary(_)) => self.on_message(|session, _, out| session.on_binary(out)),
                Ok(Message::Pong(payload)) => self.on_message(|session, _, _| {
                    session.on_pong(&payload);
                    Ok(())
                }),
                Ok(_) => Ok(()),
                Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    return;
                }
                Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                    self.session = None;
                    self.phase = Phase::Closed;
                    Ok(())
                }
                Err(error) => {
                    let (code, reason) = match error {
                        tungstenite::Error::Capacity(_) => (
                            ErrorKind::PayloadTooLarge.codes().close,
                            "message_too_large",
                        ),
                        tungstenite::Error::Utf8(_) => (CloseCode::Invalid.into(), "not_utf8"),
                        _ => (CloseCode::Protocol.into(), "protocol_error"),
                    };
                    self.close(CloseReason { code, reason });
                    self.phase = Phase::Draining(DRAIN_BYTES);
                    Ok(())
                }
            };
            if let Err(reason) = outcome {
                self.close(reason);
            }
        }
    }

    /// Gives a message to the session; what comes after a close frame is not for it.
    fn on_message(
        &mut self,
        act: impl FnOnce(&mut Session, &mut Ready, &mut Vec<u8>) -> Result<(), CloseReason>,
    ) -> Result<(), CloseReason> {
        match &mut self.session {
            Some(session) => act(session, &mut self.ready, &mut self.websocket.get_mut().out),
            None => Ok(()),
        }
    }

    /// Sends a close frame, unless one was sent; nothing follows it.
    fn close(&mut self, close: CloseReason) {
        self.session = None;
        if self.phase != Phase::Open {
            return;
        }
        self.phase = Phase::Closing;
        self.timer.as_mut().reset(Instant::now() + CLOSE_WAIT);
        self.ready.set(TIMER);
        let frame = CloseFrame {
            code: close.code.into(),
            reason: close.reason.into(),
        };
        if self.websocket.close(Some(frame)).is_err() {
            self.phase = Phase::Closed;
        }
    }

    /// Acts on the timer; `false` if the connection is given up.
    fn on_timer(&mut self) -> bool {
        let waker = self.waker(TIMER);
        let cx = &mut Context::from_waker(&waker);
        while self.timer.as_mut().poll(cx).is_ready() {
            if self.phase != Phase::Open || self.silent_pings >= SILENT_PINGS {
                return false;
            }
            // One whole interval is enough to say who one is.
            if self.session.as_ref().is_some_and(Session::awaits_params) {
                self.close(CloseReason::of(ErrorKind::Timeout, "connection_params"));
                continue;
            }
            self.silent_pings += 1;
            let stall = self.stall;
            let number = self
                .session
                .as_mut()
                .and_then(|session| session.on_interval(stall));
            let payload = number.map_or_else(bytes::Bytes::new, |number| number.to_string().into());
            if self.websocket.send(Message::Ping(payload)).is_err() {
                return false;
            }
            self.timer
                .as_mut()
                .reset(Instant::now() + self.ping_interval);
        }
        true
    }

    fn poll_round(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Round>> {
        self.ready.collect(cx.waker());
        if self.ready.take(CLOSING) {
            let waker = self.waker(CLOSING);
            let cx = &mut Context::from_waker(&waker);
            let turn = self.turn.as_mut().map(|turn| turn.as_mut().poll(cx));
            if turn.is_some_and(|turn| turn.is_ready()) {
                self.turn = None;
                self.close(DRAINING);
            }
        }
        if self.ready.take(TIMER) && !self.on_timer() {
            return Poll::Ready(Ok(Round::Over));
        }
        // Nothing is read or asked for while the client does not take what is there.
        ready!(self.poll_send(cx))?;
        match self.phase {
            Phase::Closed => {
                ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
                return Poll::Ready(Ok(Round::Over));
            }
            // The client sees the close frame and the end, and ends its side.
            Phase::Draining(_) => ready!(Pin::new(&mut self.io).poll_shutdown(cx))?,
            Phase::Open | Phase::Closing => {}
        }
        if self.ready.take(READ) && self.read()? {
            self.ready.set(READ);
        }
        let out = &mut self.websocket.get_mut().out;
        if let Some(session) = &mut self.session {
            if let Err(reason) = session.poll(&mut self.ready, out, HIGH_BYTES) {
                // A subscription may learn of the end before its socket.
                let draining = self.closing.has_begun();
                self.close(if draining { DRAINING } else { reason });
            } else if let Some(number) = session.mark() {
                push_ping(out, number);
            }
        } else {
            // Late wakes of subscriptions that are gone.
            while self.ready.take_next(OWN_PARTS).is_some() {}
        }
        let idle = self.out().is_empty() && !self.ready.any() && self.phase != Phase::Closed;
        Poll::Ready(Ok(if idle { Round::Idle } else { Round::More }))
    }
}

enum Round {
    Over,
    Idle,
    More,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Future for Socket<I> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        for _ in 0..ROUNDS {
            match ready!(this.poll_round(cx)) {
                Ok(Round::More) => {}
                Ok(Round::Idle) => return Poll::Pending,
                Ok(Round::Over) | Err(_) => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<I> fmt::Debug for Socket<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("session", &self.session)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
