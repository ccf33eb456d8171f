//! A batch whose answers are sent as they are there.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::{Instant, Sleep, sleep};

use crate::{
    protocols::trpc::{response::Answer, stream::Format},
    words::clock::FOREVER,
};

/// The calls of one batch, under way.
pub(crate) struct BatchStream {
    format: Format,
    /// The path of each call, by index.
    paths: Vec<String>,
    calls: FuturesUnordered<BoxFuture<'static, (usize, Answer)>>,
    head_sent: bool,
    /// Whether an answer was written.
    begun: bool,
    ended: bool,
    quiet: Duration,
    keep_alive: Pin<Box<Sleep>>,
}

impl fmt::Debug for BatchStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchStream")
            .field("format", &self.format)
            .field("paths", &self.paths)
            .field("pending", &self.calls.len())
            .finish_non_exhaustive()
    }
}

impl BatchStream {
    /// `calls` answer with their index into `paths`; after `quiet` without an answer, life is shown where the form allows it.
    pub(crate) fn new(
        format: Format,
        paths: Vec<String>,
        calls: impl IntoIterator<Item = BoxFuture<'static, (usize, Answer)>>,
        quiet: Duration,
    ) -> Self {
        Self {
            format,
            paths,
            calls: calls.into_iter().collect(),
            head_sent: false,
            begun: false,
            ended: false,
            quiet: quiet.min(FOREVER),
            keep_alive: Box::pin(sleep(quiet)),
        }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut out = Vec::new();
        if !self.head_sent {
            self.head_sent = true;
            self.format.write_head(&mut out, self.paths.len());
        }
        loop {
            match Pin::new(&mut self.calls).poll_next(cx) {
                Poll::Ready(Some((index, answer))) => {
                    let path = self.paths.get(index).map_or("", String::as_str);
                    let first = !std::mem::replace(&mut self.begun, true);
                    self.format
                        .write_answer(&mut out, first, index, path, &answer);
                }
                Poll::Ready(None) => {
                    self.ended = true;
                    self.format.write_tail(&mut out);
                    break;
                }
                Poll::Pending => break,
            }
        }
        if !out.is_empty() {
            self.keep_alive.as_mut().reset(Instant::now() + self.quiet);
            return Poll::Ready(Some(out.into()));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        let Some(sign) = self.format.keep_alive() else {
            return Poll::Pending;
        };
        if self.keep_alive.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.keep_alive.as_mut().reset(Instant::now() + self.quiet);
        Poll::Ready(Some(Bytes::from_static(sign)))
    }
}
