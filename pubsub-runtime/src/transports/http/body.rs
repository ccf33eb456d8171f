//! Response bodies: whole ones, and streams that pull what they send when the socket can take it.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use super::{batch::BatchStream, panicked};
use crate::{
    delivery::{
        framing::Framing,
        source::{End, Source, Step},
    },
    protocols::{sse, trpc::response::write_error},
};

/// The body of a response.
#[derive(Debug)]
pub struct ResponseBody(Kind);

#[derive(Debug)]
enum Kind {
    Full(Bytes),
    Events(Box<EventStream>),
    Batch(Box<BatchStream>),
    /// What the application's own router answered.
    Other(axum::body::Body),
}

impl ResponseBody {
    /// No body.
    pub const fn empty() -> Self {
        Self(Kind::Full(Bytes::new()))
    }

    /// A body whose bytes are all there.
    pub const fn full(bytes: Bytes) -> Self {
        Self(Kind::Full(bytes))
    }

    pub(crate) fn events(stream: EventStream) -> Self {
        Self(Kind::Events(Box::new(stream)))
    }

    pub(crate) fn other(body: axum::body::Body) -> Self {
        Self(Kind::Other(body))
    }

    pub(crate) fn batch(stream: BatchStream) -> Self {
        Self(Kind::Batch(Box::new(stream)))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let data = match &mut self.0 {
            Kind::Full(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Kind::Full(bytes) => Poll::Ready(Some(std::mem::take(bytes))),
            Kind::Events(stream) => stream.poll_next(cx),
            Kind::Batch(stream) => stream.poll_next(cx),
            Kind::Other(body) => return Pin::new(body).poll_frame(cx),
        };
        data.map(|data| data.map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(bytes) => bytes.is_empty(),
            Kind::Other(body) => body.is_end_stream(),
            Kind::Events(_) | Kind::Batch(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Other(body) => body.size_hint(),
            Kind::Events(_) | Kind::Batch(_) => SizeHint::default(),
        }
    }
}

/// How many bytes a stream asks its source for at a time.
const BUDGET: usize = 16 << 10;

/// How a stream of events says that it ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// tRPC: `return`, or the error of the procedure at this path.
    Trpc(String),
    /// `/events`: nothing, or an event named `pubsub:error`.
    Plain,
}

/// One subscription as a body. hyper polls it when it can write, so there is no task and no queue between source and socket.
pub(crate) struct EventStream {
    /// `None` once it has ended.
    source: Option<Box<dyn Source>>,
    framing: &'static dyn Framing,
    ending: Ending,
    /// How long the client waits before it comes back, if the stream closes for it to do so.
    comeback: Duration,
    /// What is written next, in one piece.
    frames: Vec<Bytes>,
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("ending", &self.ending)
            .field("ended", &self.source.is_none())
            .finish_non_exhaustive()
    }
}

impl EventStream {
    /// `head` is sent before anything of `source`.
    pub(crate) fn new(
        head: Bytes,
        source: Box<dyn Source>,
        framing: &'static dyn Framing,
        ending: Ending,
        comeback: Duration,
    ) -> Self {
        Self {
            source: Some(source),
            framing,
            ending,
            comeback,
            frames: vec![head],
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(piece) = self.take_piece() {
                return Poll::Ready(Some(piece));
            }
            let Some(source) = &mut self.source else {
                return Poll::Ready(None);
            };
            let frames = &mut self.frames;
            let framing = self.framing;
            let step = catch_unwind(AssertUnwindSafe(|| {
                source.poll_frames(cx, framing, BUDGET, frames)
            }));
            match step {
                Ok(Poll::Ready(Step::Frames)) if self.frames.is_empty() => {
                    // Against its contract; another turn instead of a loop that never ends.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Ok(Poll::Ready(Step::Frames)) => {}
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(Step::End(end))) => self.end(&end),
                Err(_) => {
                    tracing::error!("a subscription panicked");
                    self.end(&End::Failed(panicked()));
                }
            }
        }
    }

    /// The frames as one piece: a client that catches up is given many at once, and each piece costs a chunk of its own.
    fn take_piece(&mut self) -> Option<Bytes> {
        let piece = match self.frames.as_mut_slice() {
            [] => return None,
            [one] => std::mem::take(one),
            many => {
                let length = many.iter().map(Bytes::len).sum();
                let mut piece = BytesMut::with_capacity(length);
                for frame in many {
                    piece.extend_from_slice(frame);
                }
                piece.freeze()
            }
        };
        self.frames.clear();
        Some(piece)
    }

    fn end(&mut self, end: &End) {
        self.source = None;
        let mut last = Vec::new();
        match (end, &self.ending) {
            (End::Finished, Ending::Trpc(_)) => sse::write_return(&mut last),
            (End::Failed(error), Ending::Trpc(path)) => sse::write_failed(&mut last, error, path),
            (End::Failed(error), Ending::Plain) => {
                let mut envelope = Vec::new();
                write_error(&mut envelope, error, None);
                sse::write_event(&mut last, None, Some("pubsub:error"), &envelope);
            }
            (End::Closed, _) => sse::write_retry(&mut last, self.comeback),
            (End::Finished, Ending::Plain) => return,
        }
        self.frames.push(last.into());
    }
}
