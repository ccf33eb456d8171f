//! One consumer: a cursor over one or more logs. Plain state, without I/O and without a queue; a transport drives it.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;

use super::{
    adapter::Page,
    framing::Framing,
    log::Log,
    resolve::{Place, Verdict, judge, unbroken},
    ring::{Framed, Hot},
    rules::{Rule, holds},
};
use crate::words::{
    cursor::{Anchor, Cursor, Epoch, Position, Seq},
    envelope::Timestamp,
    system::{Gap, GapReason, Ready},
};

/// How often a page that holds less than its marks promise is read again before it counts as another history.
const MAX_REREADS: u32 = 8;

/// Where a subscription starts in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// After the newest entry.
    Now,
    /// After this place; `requested` is what the client presented.
    After { place: Place, requested: String },
    /// Nobody knows where: from the oldest entry, after a gap with this reason.
    Lost {
        reason: GapReason,
        requested: String,
    },
}

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Write this entry with this token.
    Event { framed: Arc<Framed>, token: Token },
    /// Write this system event.
    System(SystemEvent),
    /// Read a page after `after` from log number `log`, then [`Subscription::give`] it.
    NeedPage { log: usize, after: Seq },
    /// Nothing to do until a log changed or a page arrived.
    Idle,
}

/// Which token an entry is written with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The entry's own, which names its log alone.
    Own,
    /// One over several logs.
    Vector(String),
    /// None: another log has a gap that is not told yet, and a place without that log would skip it.
    Withheld,
}

impl Token {
    /// The entry's bytes.
    pub(crate) fn frame(&self, framed: &Framed, framing: &dyn Framing) -> Bytes {
        match self {
            Self::Own => framed.shared(framing),
            Self::Vector(token) => framed.frame(framing, Some(token)),
            Self::Withheld => framed.frame(framing, None),
        }
    }
}

/// A system event, and the cursor token right after it; `None` if it must not move the client's place.
#[derive(Debug)]
pub(crate) struct SystemEvent {
    pub(crate) body: SystemBody,
    pub(crate) token: Option<String>,
}

#[derive(Debug)]
pub(crate) enum SystemBody {
    Ready(Ready),
    Gap(Gap),
}

/// A cursor over one or more logs.
pub(crate) struct Subscription {
    cursors: Vec<LogCursor>,
    /// The log that is looked at first, so that a busy one cannot starve the others.
    turn: usize,
    opening: bool,
    system: VecDeque<SystemEvent>,
}

/// The place in one log.
struct LogCursor {
    log: Arc<Log>,
    max_replay: u64,
    place: Place,
    /// What the client presented; taken by the gap that answers it.
    requested: Option<String>,
    /// The ring generation the place was proven against; `None` while it is unproven.
    proven: Option<u64>,
    /// The ring generation when the page under way was asked for.
    asked: Option<u64>,
    rereads: u32,
    /// Whether the start was moved to what may be replayed: once, or a log that grows meanwhile would move it for ever.
    limited: bool,
    /// The ring generation that holds another history than storage does: it is waited for its end.
    distrusted: Option<u64>,
    /// The ring's epoch and head when the page under way was asked for.
    ring_then: (Epoch, Seq),
    /// The ring generation that is of another life, or ahead of storage: its feeder will find out, and storage is read meanwhile.
    shunned: Option<u64>,
    /// Whether storage had nothing after the place when it was asked last.
    at_end: bool,
    gap: Option<Draft>,
    page: VecDeque<Arc<Framed>>,
}

/// A gap that was found and not told yet.
struct Draft {
    reason: GapReason,
    /// The last entry examined before it, from which the missed ones are counted; `None` where that cannot be known.
    counted_from: Option<Seq>,
}

impl Subscription {
    /// A subscription over these logs, each with its start and its limit of replayed entries.
    pub(crate) fn new(logs: Vec<(Arc<Log>, Start, u64)>) -> Self {
        let cursors = logs
            .into_iter()
            .map(|(log, start, max_replay)| LogCursor::new(log, start, max_replay))
            .collect();
        Self {
            cursors,
            turn: 0,
            opening: true,
            system: VecDeque::new(),
        }
    }

    pub(crate) fn logs(&self) -> impl Iterator<Item = &Arc<Log>> {
        self.cursors.iter().map(|cursor| &cursor.log)
    }

    /// The place in every log; `None` while one of them is not settled.
    pub(crate) fn token(&self) -> Option<String> {
        let positions = self
            .cursors
            .iter()
            .map(LogCursor::position)
            .collect::<Option<Vec<_>>>()?;
        Cursor::new(positions).map(|cursor| cursor.to_string())
    }

    /// What to do next.
    pub(crate) fn step(&mut self) -> Step {
        if let Some(event) = self.system.pop_front() {
            return Step::System(event);
        }
        if self.opening {
            if let Some((log, after)) = self
                .cursors
                .iter_mut()
                .enumerate()
                .find_map(|(log, cursor)| Some((log, cursor.ask()?)))
            {
                return Step::NeedPage { log, after };
            }
            if self.cursors.iter().any(|cursor| !cursor.is_settled()) {
                return Step::Idle;
            }
            self.opening = false;
            let token = self.token();
            return Step::System(SystemEvent {
                body: SystemBody::Ready(Ready {
                    cursor: token.clone().unwrap_or_default(),
                }),
                token,
            });
        }
        for offset in 0..self.cursors.len() {
            let index = (self.turn + offset) % self.cursors.len();
            let Some(cursor) = self.cursors.get_mut(index) else {
                break;
            };
            match cursor.next() {
                Next::Entry(framed) => {
                    self.turn = index + 1;
                    let token = if self.cursors.len() > 1 {
                        self.token().map_or(Token::Withheld, Token::Vector)
                    } else {
                        Token::Own
                    };
                    return Step::Event { framed, token };
                }
                Next::NeedPage(after) => return Step::NeedPage { log: index, after },
                Next::Nothing => {}
            }
        }
        Step::Idle
    }

    /// Takes a page that [`Step::NeedPage`] asked for.
    pub(crate) fn give(&mut self, log: usize, page: Page) {
        let Some(cursor) = self.cursors.get_mut(log) else {
            return;
        };
        let Some(told) = cursor.give(page, self.opening) else {
            return;
        };
        let token = self.token();
        let gap = Gap {
            resume_from: token.clone().unwrap_or_default(),
            ..told
        };
        self.system.push_back(SystemEvent {
            body: SystemBody::Gap(gap),
            token,
        });
    }
}

enum Next {
    Entry(Arc<Framed>),
    NeedPage(Seq),
    Nothing,
}

impl LogCursor {
    fn new(log: Arc<Log>, start: Start, max_replay: u64) -> Self {
        let mut cursor = Self {
            log,
            max_replay,
            place: Place {
                epoch: None,
                seq: 0,
                anchor: None,
            },
            requested: None,
            proven: None,
            asked: None,
            rereads: 0,
            limited: false,
            distrusted: None,
            ring_then: (0, 0),
            shunned: None,
            at_end: false,
            gap: None,
            page: VecDeque::new(),
        };
        match start {
            Start::Now => {
                let ring = cursor.log.ring();
                let (epoch, seq, anchor) = ring.head();
                cursor.place = Place {
                    epoch: Some(Position::epoch_tag(epoch)),
                    seq,
                    anchor,
                };
                cursor.proven = Some(ring.generation());
                drop(ring);
            }
            Start::After { place, requested } => {
                cursor.place = place;
                cursor.requested = Some(requested);
            }
            Start::Lost { reason, requested } => {
                cursor.gap = Some(Draft {
                    reason,
                    counted_from: None,
                });
                cursor.requested = Some(requested);
            }
        }
        cursor
    }

    fn is_settled(&self) -> bool {
        self.proven.is_some()
    }

    /// The place as a token holds it; `None` while a gap is not told yet, so that no token can skip it.
    fn position(&self) -> Option<Position> {
        let Place { epoch, seq, anchor } = self.place;
        let told = self.gap.is_none() && (self.is_settled() || self.requested.is_none());
        told.then(|| {
            Some(Position {
                log: self.log.tag(),
                epoch: epoch?,
                seq,
                anchor: anchor.unwrap_or(0),
            })
        })?
    }

    /// Asks for a page if the place is unproven and none is under way.
    fn ask(&mut self) -> Option<Seq> {
        if self.is_settled() || self.asked.is_some() {
            return None;
        }
        let ring = self.log.ring();
        let (epoch, head, _) = ring.head();
        (self.asked, self.ring_then) = (Some(ring.generation()), (epoch, head));
        Some(self.place.seq)
    }

    fn next(&mut self) -> Next {
        if let Some(framed) = self.page.pop_front() {
            return self.advance(framed);
        }
        if let Some(generation) = self.proven {
            let ring = self.log.ring();
            let hot = ring.after(generation, self.place.seq);
            let is_shunned = self.shunned == Some(ring.generation());
            drop(ring);
            match hot {
                _ if is_shunned && self.at_end => return Next::Nothing,
                _ if is_shunned => self.proven = None,
                Hot::Nothing => return Next::Nothing,
                Hot::Entry(framed) if self.links_to(&framed) => return self.advance(framed),
                // Storage has been asked about it already; the feeder will find out, and start the ring anew.
                Hot::Entry(_) if self.distrusted == Some(generation) => return Next::Nothing,
                Hot::Entry(_) => {
                    self.distrusted = Some(generation);
                    self.proven = None;
                }
                Hot::Cold => self.proven = None,
            }
        }
        self.ask().map_or(Next::Nothing, Next::NeedPage)
    }

    fn links_to(&self, framed: &Framed) -> bool {
        let differs = |(ours, link): (Anchor, Anchor)| ours != link;
        let links = self.place.anchor.zip(framed.entry().link);
        !(holds(Rule::Link) && links.is_some_and(differs))
    }

    fn advance(&mut self, framed: Arc<Framed>) -> Next {
        (self.place.seq, self.place.anchor) = (framed.entry().seq, Some(framed.entry().anchor));
        Next::Entry(framed)
    }

    /// Judges the place by a page, and takes what continues it; a gap to tell is answered without its `resume_from`.
    fn give(&mut self, page: Page, opening: bool) -> Option<Gap> {
        let asked = self.asked.take()?;
        let marks = page.marks;
        let verdict = match judge(self.place, &page) {
            Verdict::ReadAgain if self.rereads < MAX_REREADS => {
                self.rereads += 1;
                return None;
            }
            Verdict::ReadAgain => Verdict::Gap {
                reason: GapReason::HistoryDiverged,
                missed: None,
            },
            verdict => verdict,
        };
        if let Verdict::Gap { reason, missed } = verdict {
            self.open_gap(reason, missed.map(|_| self.place.seq));
            self.place = Place {
                epoch: Some(Position::epoch_tag(marks.epoch)),
                seq: marks.trimmed_through,
                anchor: None,
            };
        }
        if opening && !self.limited && marks.head - self.place.seq > self.max_replay {
            self.limited = true;
            self.open_gap(GapReason::TooMany, Some(self.place.seq));
            self.place = Place {
                epoch: Some(Position::epoch_tag(marks.epoch)),
                seq: marks.head - self.max_replay,
                anchor: None,
            };
        }
        let first = page.entries.first();
        let is_next = match first {
            None => self.place.seq >= marks.head,
            Some(first) if holds(Rule::Link) => first.seq == self.place.seq + 1,
            Some(first) => first.seq > self.place.seq,
        };
        if !is_next {
            return None;
        }
        self.rereads = 0;
        self.proven = Some(asked);
        // A ring that was ahead before storage was asked holds what storage does not.
        let (ring_epoch, ring_head) = self.ring_then;
        self.at_end = first.is_none();
        if marks.epoch != ring_epoch || (self.at_end && marks.head < ring_head) {
            self.shunned = Some(asked);
        }
        self.place.epoch = Some(Position::epoch_tag(marks.epoch));
        let before = first.map_or(marks.head_anchor, |first| first.link);
        self.place.anchor = self.place.anchor.or(before);
        let gap = self.gap.take().map(|draft| Gap {
            channel: self.log.id().channel.to_string(),
            reason: draft.reason,
            missed: draft
                .counted_from
                .and_then(|from| self.place.seq.checked_sub(from)),
            requested: self.requested.take().unwrap_or_default(),
            resume_from: String::new(),
            oldest: first.map(|first| Timestamp::to_string(&first.time)),
            certain: None,
        });
        self.requested = None;
        let whole = unbroken(&page);
        let framed = |entry| Arc::new(Framed::new(entry, self.log.tag(), marks.epoch));
        self.page = page.entries.into_iter().take(whole).map(framed).collect();
        let last = self.page.back().map(|framed| framed.entry());
        let (seq, anchor) = last.map_or((self.place.seq, self.place.anchor), |last| {
            (last.seq, Some(last.anchor))
        });
        self.log.ring().note_read(asked, seq, anchor);
        gap
    }

    /// Notes a gap; the first reason found is the one that is told, and one that cannot be counted leaves the whole uncounted.
    fn open_gap(&mut self, reason: GapReason, counted_from: Option<Seq>) {
        if self.requested.is_none() {
            self.requested = self
                .position()
                .map(|position| Cursor::of(position).to_string());
        }
        let draft = self.gap.get_or_insert(Draft {
            reason,
            counted_from,
        });
        draft.counted_from = draft.counted_from.filter(|_| counted_from.is_some());
    }
}

#[cfg(test)]
mod tests;
