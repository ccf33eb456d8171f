//! The calls and subscriptions of one socket.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::frame::push_text;
use crate::{
    delivery::{
        framing::Framing,
        source::{End, Source, Step},
    },
    ops::procedures::{BoxFuture, Caller, Procedures},
    protocols::trpc::message::{self, Call, Head, Id, Incoming, Message},
    transports::{limits::Limits, ready::Ready},
    words::{
        error::{Error, ErrorKind, Result},
        procedure::ProcedureKind,
    },
};

/// About how many bytes one subscription may write before the next one's turn.
const TURN_BYTES: usize = 16 << 10;

/// Why a socket is closed by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CloseReason {
    /// The close code.
    pub(super) code: u16,
    /// The stable reason string.
    pub(super) reason: &'static str,
}

impl CloseReason {
    /// Closes with the code that the table of errors gives `kind`.
    pub(super) fn of(kind: ErrorKind, reason: &'static str) -> Self {
        Self {
            code: kind.codes().close,
            reason,
        }
    }
}

/// The calls and subscriptions of one socket: text in, frames out. It moves only when it is polled.
pub(super) struct Session {
    procedures: Arc<dyn Procedures>,
    caller: Caller,
    framing: &'static dyn Framing,
    limits: Arc<Limits>,
    awaits_params: bool,
    /// Subscriptions, live or being opened, by id: where they stand in `work`.
    subscriptions: HashMap<Id, usize>,
    calls: usize,
    requests: u64,
    /// The part number of an element is its index plus `first_part`.
    work: Vec<Option<Work>>,
    free: Vec<usize>,
    first_part: usize,
    frames: Vec<Bytes>,
    text: Vec<u8>,
    /// Which work keeps the place of its client; empty on almost every socket.
    keepers: Vec<usize>,
    /// Whether a keeper may have something new to confirm.
    is_unmarked: bool,
    /// The ping under way that confirms places: at most one for the whole socket, because clients answer pings one by one.
    pinged: Option<(u64, Instant)>,
    pings: u64,
}

struct Work {
    head: Head,
    path: String,
    stage: Stage,
}

enum Stage {
    Call(BoxFuture<Result<Option<Box<RawValue>>>>),
    Opening(BoxFuture<Result<Box<dyn Source>>>),
    Live {
        prefix: Box<[u8]>,
        source: Box<dyn Source>,
    },
}

enum Turn {
    Over,
    Waits,
    More,
}

impl Session {
    pub(super) fn new(
        procedures: Arc<dyn Procedures>,
        caller: Caller,
        framing: &'static dyn Framing,
        limits: Arc<Limits>,
        awaits_params: bool,
        first_part: usize,
    ) -> Self {
        Self {
            procedures,
            caller,
            framing,
            limits,
            awaits_params,
            subscriptions: HashMap::new(),
            calls: 0,
            requests: 0,
            work: Vec::new(),
            free: Vec::new(),
            first_part,
            frames: Vec::new(),
            text: Vec::new(),
            keepers: Vec::new(),
            is_unmarked: false,
            pinged: None,
            pings: 0,
        }
    }

    /// How many parts a session may have under these limits.
    pub(super) fn max_parts(limits: &Limits) -> usize {
        limits.max_socket_calls + limits.max_socket_subscriptions
    }

    /// Whether the client said it would send `connectionParams`, and has not.
    pub(super) fn awaits_params(&self) -> bool {
        self.awaits_params
    }

    /// Takes one text frame.
    ///
    /// # Errors
    ///
    /// The socket is to be closed, after what was written to `out`.
    pub(super) fn on_text(
        &mut self,
        text: &str,
        ready: &mut Ready,
        out: &mut Vec<u8>,
    ) -> Result<(), CloseReason> {
        if self.awaits_params && text != "PING" && text != "PONG" {
            return self.on_params(text, out);
        }
        match message::parse(text, self.limits.max_batch) {
            Ok(Incoming::Ping) => push_text(out, message::PONG, b""),
            Ok(Incoming::Pong) => {}
            Ok(Incoming::Messages(messages)) => {
                for message in messages {
                    match message {
                        Message::Call(call) => self.begin(call, ready, out),
                        Message::Stop(id) => self.stop(&id, out),
                    }
                }
            }
            Ok(Incoming::TooMany(heads)) => {
                let error = message::too_many();
                for head in heads {
                    self.fail(Some(&head), &error, None, out);
                }
            }
            Err(error) => self.fail(None, &error, None, out),
        }
        Ok(())
    }

    /// Takes a binary frame, which tRPC does not use; the socket stays open.
    pub(super) fn on_binary(&mut self, out: &mut Vec<u8>) -> Result<(), CloseReason> {
        if self.awaits_params {
            return self.on_params("", out);
        }
        self.fail(None, &message::binary_frame(), None, out);
        Ok(())
    }

    fn on_params(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), CloseReason> {
        match message::parse_connection_params(text) {
            Ok(params) => {
                self.awaits_params = false;
                self.caller.connection_params = params.map(Arc::new);
                Ok(())
            }
            Err(error) => {
                self.fail(None, &error, None, out);
                Err(CloseReason::of(error.kind(), "connection_params"))
            }
        }
    }

    fn begin(&mut self, call: Call, ready: &mut Ready, out: &mut Vec<u8>) {
        let Call {
            head,
            kind,
            path,
            input,
        } = call;
        if let Err(error) = self.admit(&head, kind, &path) {
            self.fail(Some(&head), &error, Some(&path), out);
            return;
        }
        self.requests += 1;
        let mut caller = self.caller.clone();
        caller.request_id = format!("{}.{}", caller.request_id, self.requests).into();
        let index = self.free.pop().unwrap_or(self.work.len());
        let stage = if kind == ProcedureKind::Subscription {
            self.subscriptions.insert(head.id.clone(), index);
            Stage::Opening(self.procedures.subscribe(caller, &path, input))
        } else {
            self.calls += 1;
            Stage::Call(self.procedures.call(caller, &path, input))
        };
        self.put(index, Work { head, path, stage });
        ready.set(self.first_part + index);
    }

    fn admit(&self, head: &Head, kind: ProcedureKind, path: &str) -> Result<()> {
        if self.procedures.kind(path) != Some(kind) {
            return Err(message::no_procedure(kind, path));
        }
        if kind != ProcedureKind::Subscription {
            if self.calls >= self.limits.max_socket_calls {
                return Err(Error::new(
                    ErrorKind::TooManyRequests,
                    "too many calls under way on this socket",
                ));
            }
        } else if self.subscriptions.contains_key(&head.id) {
            let text = format!("Duplicate id {}", head.id);
            return Err(Error::new(ErrorKind::BadRequest, text));
        } else if self.subscriptions.len() >= self.limits.max_socket_subscriptions {
            return Err(Error::new(
                ErrorKind::TooManyRequests,
                "too many subscriptions on this socket",
            ));
        }
        Ok(())
    }

    fn stop(&mut self, id: &Id, out: &mut Vec<u8>) {
        let Some(index) = self.subscriptions.remove(id) else {
            return;
        };
        if let Some(work) = self.take(index) {
            push_text(out, &work.head.prefix(), message::STOPPED);
        }
        self.free.push(index);
    }

    /// Polls the parts that have something to do until `out` holds `high` bytes or none is left.
    ///
    /// # Errors
    ///
    /// A subscription asks for the socket to be closed, so that the client comes back and resumes.
    pub(super) fn poll(
        &mut self,
        ready: &mut Ready,
        out: &mut Vec<u8>,
        high: usize,
    ) -> Result<(), CloseReason> {
        while out.len() < high {
            let Some(part) = ready.take_next(self.first_part) else {
                break;
            };
            let index = part - self.first_part;
            if let Some(mut work) = self.take(index) {
                let waker = ready.waker(part);
                let polled = AssertUnwindSafe(|| self.poll_one(&mut work, &waker, out));
                let turn = match catch_unwind(polled) {
                    Ok(turn) => turn?,
                    Err(_) => self.on_panic(&work, out),
                };
                match turn {
                    Turn::Over => self.free.push(index),
                    Turn::Waits => self.put(index, work),
                    Turn::More => {
                        self.put(index, work);
                        ready.set(part);
                    }
                }
            }
        }
        Ok(())
    }

    fn poll_one(
        &mut self,
        work: &mut Work,
        waker: &Waker,
        out: &mut Vec<u8>,
    ) -> Result<Turn, CloseReason> {
        let cx = &mut Context::from_waker(waker);
        let Work { head, path, stage } = work;
        match stage {
            Stage::Call(answer) => {
                let Poll::Ready(outcome) = answer.as_mut().poll(cx) else {
                    return Ok(Turn::Waits);
                };
                self.calls -= 1;
                match outcome {
                    Ok(data) => {
                        self.text.clear();
                        message::write_data(&mut self.text, head, data.as_deref());
                        self.send_text(out);
                    }
                    Err(error) => self.fail(Some(head), &error, Some(path), out),
                }
                Ok(Turn::Over)
            }
            Stage::Opening(opening) => match opening.as_mut().poll(cx) {
                Poll::Pending => Ok(Turn::Waits),
                Poll::Ready(Ok(source)) => {
                    if source.keeps_place()
                        && let Some(index) = self.subscriptions.get(&head.id)
                        && !self.keepers.contains(index)
                    {
                        self.keepers.push(*index);
                    }
                    let prefix = head.prefix();
                    push_text(out, &prefix, message::STARTED);
                    *stage = Stage::Live { prefix, source };
                    Ok(Turn::More)
                }
                Poll::Ready(Err(error)) => {
                    self.subscriptions.remove(&head.id);
                    self.fail(Some(head), &error, Some(path), out);
                    Ok(Turn::Over)
                }
            },
            Stage::Live { prefix, source } => {
                let step = source.poll_frames(cx, self.framing, TURN_BYTES, &mut self.frames);
                self.is_unmarked |= !self.keepers.is_empty() && !self.frames.is_empty();
                for frame in self.frames.drain(..) {
                    // A framing without checkpoints leaves them empty.
                    if !frame.is_empty() {
                        push_text(out, prefix, &frame);
                    }
                }
                let end = match step {
                    Poll::Pending => return Ok(Turn::Waits),
                    Poll::Ready(Step::Frames) => return Ok(Turn::More),
                    Poll::Ready(Step::End(end)) => end,
                };
                self.subscriptions.remove(&head.id);
                match end {
                    End::Finished => {}
                    End::Failed(error) => self.fail(Some(head), &error, Some(path), out),
                    End::Closed => {
                        let reason = "subscription_closed";
                        return Err(CloseReason::of(ErrorKind::Unavailable, reason));
                    }
                }
                push_text(out, prefix, message::STOPPED);
                Ok(Turn::Over)
            }
        }
    }

    /// The number of a ping to be sent after what was written so far, if places are to be confirmed and no such ping is under way.
    pub(super) fn mark(&mut self) -> Option<u64> {
        if !std::mem::take(&mut self.is_unmarked) {
            return None;
        }
        if self.pinged.is_some() {
            // Asked again once it is answered.
            self.is_unmarked = true;
            return None;
        }
        let number = self.pings + 1;
        let mut any = false;
        self.each_keeper(|source| any |= source.mark(number));
        any.then(|| {
            self.pings = number;
            self.pinged = Some((number, Instant::now()));
            number
        })
    }

    /// Takes a pong: everything written before its ping has arrived.
    pub(super) fn on_pong(&mut self, payload: &[u8]) {
        let number = std::str::from_utf8(payload)
            .ok()
            .and_then(|text| text.parse().ok());
        if let Some((pinged, _)) = self.pinged
            && number == Some(pinged)
        {
            self.pinged = None;
            self.is_unmarked = true;
            self.each_keeper(|source| source.acknowledge(pinged));
        }
    }

    /// At every interval: places that moved without a frame are confirmed too, and a ping that is not answered within `stall` leaves
    /// them in doubt. Answers the number that the interval's own ping must carry: a client may answer the latest of several only.
    pub(super) fn on_interval(&mut self, stall: Duration) -> Option<u64> {
        if self.keepers.is_empty() {
            return None;
        }
        if let Some((number, at)) = self.pinged
            && at.elapsed() >= stall
        {
            self.pinged = None;
            self.each_keeper(|source| source.doubt(number));
        }
        self.is_unmarked = true;
        self.mark()
            .or_else(|| self.pinged.map(|(number, _)| number))
    }

    fn each_keeper(&mut self, mut act: impl FnMut(&mut dyn Source)) {
        let Self { keepers, work, .. } = self;
        keepers.retain(|index| match work.get_mut(*index) {
            Some(Some(Work {
                stage: Stage::Live { source, .. },
                ..
            })) if source.keeps_place() => {
                act(&mut **source);
                true
            }
            _ => false,
        });
    }

    /// A panic ends the one call or subscription it happened in.
    fn on_panic(&mut self, work: &Work, out: &mut Vec<u8>) -> Turn {
        tracing::error!(path = work.path, "a call over WebSocket panicked");
        let error = Error::new(ErrorKind::Internal, "internal server error");
        self.fail(Some(&work.head), &error, Some(&work.path), out);
        match &work.stage {
            Stage::Call(_) => self.calls -= 1,
            Stage::Opening(_) => drop(self.subscriptions.remove(&work.head.id)),
            Stage::Live { prefix, .. } => {
                self.subscriptions.remove(&work.head.id);
                push_text(out, prefix, message::STOPPED);
            }
        }
        Turn::Over
    }

    fn fail(&mut self, head: Option<&Head>, error: &Error, path: Option<&str>, out: &mut Vec<u8>) {
        self.text.clear();
        message::write_failed(&mut self.text, head, error, path);
        self.send_text(out);
    }

    fn send_text(&mut self, out: &mut Vec<u8>) {
        push_text(out, &self.text, b"");
        self.text.shrink_to(1 << 10);
    }

    fn take(&mut self, index: usize) -> Option<Work> {
        self.work.get_mut(index)?.take()
    }

    fn put(&mut self, index: usize, work: Work) {
        if let Some(place) = self.work.get_mut(index) {
            *place = Some(work);
        } else {
            self.work.push(Some(work));
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("caller", &self.caller)
            .field("subscriptions", &self.subscriptions.len())
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}
