//! A subscription whose client's place is kept here.

use std::task::{Context, Poll};

use bytes::Bytes;

use super::{Claim, taken_over};
use crate::{
    delivery::{
        framing::Framing,
        live::Live,
        source::{End, Source, Step},
    },
    services::cursor_store::StoredCursor,
};

/// A subscription whose client's place is kept here: the place stored is that which the client's network stack confirmed last, so
/// that a client that comes back gets everything after it, some of it perhaps twice.
pub(crate) struct Kept {
    live: Live,
    claim: Claim,
    /// What is stored, or about to be; `None` until the subscription is settled.
    place: Option<StoredCursor>,
    /// Whether the client confirmed anything of this subscription.
    confirmed: bool,
    /// The place marked last, and its number.
    marked: Option<(u64, String)>,
}

impl Kept {
    /// Keeps the place of `live` under `claim`; `place` is what has been stored for it.
    pub(crate) fn new(live: Live, claim: Claim, place: Option<StoredCursor>) -> Self {
        Self {
            live,
            claim,
            place,
            confirmed: false,
            marked: None,
        }
    }

    fn set_place(&mut self, cursor: String, confirmed: bool) {
        let place = StoredCursor { cursor, confirmed };
        if self.place.as_ref() != Some(&place) {
            self.claim.note(place.clone());
            self.place = Some(place);
        }
    }
}

impl Source for Kept {
    fn poll_frames(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        budget: usize,
        out: &mut Vec<Bytes>,
    ) -> Poll<Step> {
        // Looked at before and after, so that the one who took over keeps its waker, and one who comes in between is seen.
        if self.claim.is_over() {
            return Poll::Ready(Step::End(End::Failed(taken_over())));
        }
        self.claim.seat.holder.register(cx.waker());
        if self.claim.is_over() {
            return Poll::Ready(Step::End(End::Failed(taken_over())));
        }
        let step = self.live.poll_frames(cx, framing, budget, out);
        if self.place.is_none()
            && let Some(cursor) = self.live.told()
        {
            // There may have been a gap on the way here, and nobody knows yet whether the client was told.
            self.set_place(cursor, false);
        }
        step
    }

    fn keeps_place(&self) -> bool {
        true
    }

    fn mark(&mut self, number: u64) -> bool {
        let Some(cursor) = self.live.told() else {
            return false;
        };
        let is_known = self
            .place
            .as_ref()
            .is_some_and(|place| self.confirmed && place.confirmed && place.cursor == cursor);
        if is_known {
            return false;
        }
        self.marked = Some((number, cursor));
        true
    }

    fn acknowledge(&mut self, number: u64) {
        if let Some((_, cursor)) = self.marked.take_if(|(marked, _)| *marked == number) {
            self.confirmed = true;
            self.set_place(cursor, true);
        }
    }

    fn doubt(&mut self, number: u64) {
        if self
            .marked
            .as_ref()
            .is_some_and(|(marked, _)| *marked == number)
            && let Some(StoredCursor { cursor, .. }) = self.place.clone()
        {
            // The place stays where it was confirmed last: what was sent since is sent again.
            self.set_place(cursor, false);
        }
    }
}
