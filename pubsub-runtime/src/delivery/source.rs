//! What a transport pulls frames from.

use std::task::{Context, Poll};

use bytes::Bytes;

use super::framing::Framing;
use crate::words::error::Error;

/// One subscription as a transport sees it: it pulls when its socket can take more, so nothing queues in between.
pub trait Source: Send + 'static {
    /// Appends frames to `out`, one element an event, until about `budget` bytes are there or nothing is left.
    ///
    /// `Ready(Step::Frames)` means `out` grew. `Pending` means it did not, and that `cx` is woken when there is more.
    /// After `Ready(Step::End(…))` it must not be called again; `out` may have grown before the end.
    fn poll_frames(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        budget: usize,
        out: &mut Vec<Bytes>,
    ) -> Poll<Step>;
}

/// What a [`Source`] did.
#[derive(Debug)]
pub enum Step {
    /// There are new frames.
    Frames,
    /// There will be no more.
    End(End),
}

/// Why a subscription ended.
#[derive(Debug)]
pub enum End {
    /// It is over for good: `return` over SSE, `stopped` over WebSocket. Clients do not come back.
    Finished,
    /// It failed: the client is told the error.
    Failed(Error),
    /// The connection closes without a word, so that the client comes back and resumes.
    Closed,
}
