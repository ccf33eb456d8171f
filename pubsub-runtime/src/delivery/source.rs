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

    /// Whether the place of its client is kept here, because the client cannot send one. Only then are the methods below called.
    fn keeps_place(&self) -> bool {
        false
    }

    /// Notes the place after the frames given so far under `number`; `false` if there is nothing new to confirm.
    ///
    /// Numbers are the transport's, rise, and are used once.
    fn mark(&mut self, number: u64) -> bool {
        let _ = number;
        false
    }

    /// The client's network stack has every frame given before [`Source::mark`] of this number.
    fn acknowledge(&mut self, number: u64) {
        let _ = number;
    }

    /// The client has confirmed nothing since [`Source::mark`] of this number, for longer than a write may stall.
    fn doubt(&mut self, number: u64) {
        let _ = number;
    }
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
