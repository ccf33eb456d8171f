//! What protects the SSE decoder from its peer: the decoder itself waits and buffers without a limit.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Sleep};

/// The bytes of a response, until they stop coming or one event is too large.
pub(super) struct Guarded<S> {
    bytes: S,
    idle: Duration,
    deadline: Pin<Box<Sleep>>,
    limit: usize,
    /// Bytes since the last empty line.
    event: usize,
    last: Line,
}

/// Where in a line the last byte stood; `\n`, `\r` and `\r\n` end one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Start,
    /// After a `\r`, whose `\n` may follow.
    Return,
    Within,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum GuardError {
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
    #[error("the stream fell silent")]
    Idle,
    #[error("an event is over {0} bytes")]
    TooLarge(usize),
}

impl<S> Guarded<S> {
    pub(super) fn new(bytes: S, idle: Duration, limit: usize) -> Self {
        Self {
            bytes,
            idle,
            deadline: Box::pin(tokio::time::sleep(idle)),
            limit,
            event: 0,
            last: Line::Start,
        }
    }

    /// The size of the largest event that these bytes belong to, so far.
    fn measure(&mut self, bytes: &[u8]) -> usize {
        let mut largest = 0;
        for &byte in bytes {
            self.event += 1;
            largest = largest.max(self.event);
            self.last = match (byte, self.last) {
                // The second half of one line end.
                (b'\n', Line::Return) => Line::Start,
                (b'\n' | b'\r', before) => {
                    if before != Line::Within {
                        self.event = 0;
                    }
                    if byte == b'\r' {
                        Line::Return
                    } else {
                        Line::Start
                    }
                }
                _ => Line::Within,
            };
        }
        largest
    }
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Guarded<S> {
    type Item = Result<Bytes, GuardError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Poll::Ready(bytes) = Pin::new(&mut this.bytes).poll_next(cx) else {
            ready!(this.deadline.as_mut().poll(cx));
            return Poll::Ready(Some(Err(GuardError::Idle)));
        };
        this.deadline.as_mut().reset(Instant::now() + this.idle);
        Poll::Ready(match bytes {
            Some(Ok(bytes)) if this.measure(&bytes) > this.limit => {
                Some(Err(GuardError::TooLarge(this.limit)))
            }
            Some(Ok(bytes)) => Some(Ok(bytes)),
            Some(Err(error)) => Some(Err(GuardError::Broken(error))),
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use futures_util::{StreamExt, stream};
    use proptest::prelude::*;
    use sse_stream::SseByteStream;

    use super::*;

    fn sizes(chunks: &[&str]) -> (usize, usize) {
        let idle = Duration::from_secs(1);
        let mut guarded = Guarded {
            bytes: (),
            idle,
            deadline: Box::pin(tokio::time::sleep(idle)),
            limit: 0,
            event: 0,
            last: Line::Start,
        };
        let largest = chunks
            .iter()
            .map(|chunk| guarded.measure(chunk.as_bytes()))
            .max();
        (largest.unwrap_or(0), guarded.event)
    }

    proptest! {
        #[test]
        fn how_bytes_are_split_changes_neither_events_nor_sizes(
            lines in proptest::collection::vec("(id: |data: |:)?[a-zé]{0,4}(\n|\r|\r\n){1,2}", 0..20),
            cuts in proptest::collection::vec(1..7_usize, 1..20),
        ) {
            let text = lines.concat();
            let mut rest = text.as_bytes();
            let mut chunks = Vec::new();
            for cut in cuts.iter().cycle() {
                let (chunk, after) = rest.split_at((*cut).min(rest.len()));
                chunks.push(Ok(Bytes::copy_from_slice(chunk)));
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let (whole, split) = runtime.block_on(async {
                let guarded = |chunks| Guarded::new(stream::iter(chunks), Duration::from_secs(9), 1_000);
                let whole = guarded(vec![Ok(Bytes::from(text.clone()))]);
                let events = |guarded| SseByteStream::new(guarded).map(Result::unwrap).collect::<Vec<_>>();
                (events(whole).await, events(guarded(chunks)).await)
            });
            prop_assert_eq!(whole, split);
        }
    }

    #[tokio::test]
    async fn an_event_over_the_limit_is_an_error_however_it_is_split() {
        let bytes = b"data: 1\n\ndata: 34567890123\n\n";
        for size in [1, 2, 50] {
            for (limit, refused) in [(18, true), (19, false)] {
                let chunks = bytes
                    .chunks(size)
                    .map(|bytes| Ok(Bytes::from_static(bytes)));
                let guarded = Guarded::new(stream::iter(chunks), Duration::from_secs(9), limit);
                let errors = guarded.filter(|chunk| ready(chunk.is_err())).count().await;
                assert_eq!(errors > 0, refused, "{size} {limit}");
            }
        }
    }

    #[tokio::test]
    async fn an_empty_line_ends_an_event_with_every_line_end() {
        assert_eq!(sizes(&["id: 1\ndata: x\n\n"]), (15, 0));
        assert_eq!(sizes(&["id: 1\rdata: x\r\r"]), (15, 0));
        assert_eq!(sizes(&["id: 1\r\ndata: x\r\n\r", "\n"]).1, 1);
        assert_eq!(sizes(&["data: x\n\ndata: y\n"]), (9, 8));
        // One line end in two chunks is not an empty line.
        assert_eq!(sizes(&["data: x\r", "\ndata: y"]).1, 16);
    }
}
