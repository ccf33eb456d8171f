//! One consumer: a cursor over one or more logs. Plain state, without I/O and without a queue; a transport drives it.

mod lag;
mod log_cursor;

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use serde_json::value::RawValue;

use self::log_cursor::{Given, LogCursor, Next};
use super::{
    adapter::Marks, filter::Filter, framing::Framing, log::Log, payload::PayloadFields,
    resolve::Place, ring::Framed,
};
use crate::{
    declarations::channel::{ChannelPolicy, OnGap, OnLag},
    words::{
        cursor::{Cursor, Seq},
        system::{Gap, GapReason, Live, Ready},
    },
};

/// Where a subscription starts in one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// After the newest entry.
    Now,
    /// Before the oldest entry that is retained.
    Earliest,
    /// After `seq`, which stands before the first entry at or after a moment; `requested` is the moment.
    Since { seq: Seq, requested: String },
    /// After this place; `requested` is what the client presented.
    After { place: Place, requested: String },
    /// Nobody knows where: from the oldest entry, after a gap with this reason.
    Lost {
        reason: GapReason,
        requested: String,
    },
}

/// How a subscription reads one log.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) max_replay: u64,
    pub(crate) on_gap: OnGap,
    pub(crate) on_lag: OnLag,
    pub(crate) max_lag: u64,
    pub(crate) fields: Arc<PayloadFields>,
    pub(crate) filter: Filter,
}

impl Reading {
    /// Everything of a channel with this policy.
    pub(crate) fn of(policy: &ChannelPolicy) -> Self {
        Self {
            max_replay: policy.max_replay,
            on_gap: policy.on_gap,
            on_lag: policy.on_lag,
            max_lag: policy.max_lag,
            fields: Arc::default(),
            filter: Filter::All,
        }
    }

    fn accepts(&self, framed: &Framed) -> bool {
        self.filter.accepts(|| framed.values(&self.fields))
    }
}

impl From<u64> for Reading {
    fn from(max_replay: u64) -> Self {
        Self {
            max_replay,
            ..Self::of(&ChannelPolicy::DEFAULT)
        }
    }
}

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Write this entry with this token.
    Event { framed: Arc<Framed>, token: Token },
    /// Write this system event.
    System(SystemEvent),
    /// Read what continues `place` in log number `log`, then [`Subscription::give_framed`] it; `fresh` if it must not be older than
    /// this question.
    NeedPage {
        log: usize,
        place: Place,
        fresh: bool,
    },
    /// Make a snapshot of the channel of log number `log`, then [`Subscription::give_snapshot`] it.
    NeedSnapshot { log: usize },
    /// An entry was examined and is not written: step again.
    Skipped,
    /// Nothing to do until a log changed, a page or a snapshot arrived.
    Idle,
    /// It is over.
    End(Ended),
}

/// Why a subscription ends by itself.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It is too far behind; its client comes back and resumes.
    Lagging,
    /// Its channel's policy has no way on after this gap.
    Gap(Gap),
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
            Self::Vector(token) => framed.with_vector(framing, token),
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
    Live(Live),
    Snapshot {
        channel: Arc<str>,
        payload: Box<RawValue>,
    },
}

/// A cursor over one or more logs.
pub(crate) struct Subscription {
    cursors: Vec<LogCursor>,
    /// The log that is looked at first, so that a busy one cannot starve the others.
    turn: usize,
    stage: Stage,
    /// Whether the place moved since the client was last given a token with an event.
    moved: bool,
    system: VecDeque<SystemEvent>,
    ended: Option<Ended>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The places are not settled yet.
    Opening,
    /// `pubsub:ready` is out; `pubsub:live` is owed once something was replayed or lost.
    CatchingUp {
        owes_live: bool,
    },
    Live,
}

impl Subscription {
    /// A subscription over these logs, each with its start and with how it is read.
    pub(crate) fn new<R: Into<Reading>>(logs: Vec<(Arc<Log>, Start, R)>) -> Self {
        let cursors = logs
            .into_iter()
            .map(|(log, start, reading)| LogCursor::new(log, start, reading.into()))
            .collect();
        Self {
            cursors,
            turn: 0,
            stage: Stage::Opening,
            moved: false,
            system: VecDeque::new(),
            ended: None,
        }
    }

    pub(crate) fn logs(&self) -> impl Iterator<Item = &Arc<Log>> {
        self.cursors.iter().map(LogCursor::log)
    }

    /// The place in every log; `None` while one of them is not settled.
    pub(crate) fn token(&self) -> Option<String> {
        self.token_with(None)
    }

    /// As [`Subscription::token`], with log number `settled` counted as settled.
    fn token_with(&self, settled: Option<usize>) -> Option<String> {
        let position = |(index, cursor): (usize, &LogCursor)| {
            if settled == Some(index) {
                cursor.position_reached()
            } else {
                cursor.position()
            }
        };
        let positions = self
            .cursors
            .iter()
            .enumerate()
            .map(position)
            .collect::<Option<Vec<_>>>()?;
        let tokens = self.cursors.first()?.log().tokens();
        Cursor::new(positions).map(|cursor| tokens.write(&cursor))
    }

    /// Where another subscription may go on after this one has ended, without skipping what was not told.
    fn token_to_come_back(&self) -> String {
        let positions = self.cursors.iter().map(LogCursor::position_to_come_back);
        let cursor = Cursor::new(positions.collect());
        let tokens = self.cursors.first().map(|cursor| cursor.log().tokens());
        let token = tokens
            .zip(cursor)
            .map(|(tokens, cursor)| tokens.write(&cursor));
        token.unwrap_or_default()
    }

    /// A `pubsub:live` with the place reached, if the place moved since the client was last given a token with an event.
    pub(crate) fn refresh(&mut self) -> Option<SystemEvent> {
        if self.stage != Stage::Live || !self.moved || !self.system.is_empty() {
            return None;
        }
        let event = self.live()?;
        self.moved = false;
        Some(event)
    }

    fn live(&self) -> Option<SystemEvent> {
        let token = self.token()?;
        Some(SystemEvent {
            body: SystemBody::Live(Live {
                cursor: token.clone(),
            }),
            token: Some(token),
        })
    }

    /// As [`Subscription::token`], once everything that was found on the way there has been given out.
    pub(crate) fn told(&self) -> Option<String> {
        let is_told = self.stage != Stage::Opening && self.system.is_empty();
        is_told.then(|| self.token())?
    }

    /// Tells a gap before everything else. It moves no place.
    pub(crate) fn announce(&mut self, gap: Gap) {
        self.system.push_back(SystemEvent {
            body: SystemBody::Gap(gap),
            token: None,
        });
    }

    /// What to do next.
    pub(crate) fn step(&mut self) -> Step {
        if let Some(event) = self.system.pop_front() {
            return self.system(event);
        }
        if self.ended.is_some()
            && let Some(ended) = self.ended.take()
        {
            return Step::End(ended);
        }
        if self.stage == Stage::Opening {
            return self.open();
        }
        if let Some(log) = self.want_snapshot() {
            return Step::NeedSnapshot { log };
        }
        let is_live = self.stage == Stage::Live;
        let mut caught_up = true;
        for offset in 0..self.cursors.len() {
            let index = (self.turn + offset) % self.cursors.len();
            let Some(cursor) = self.cursors.get_mut(index) else {
                break;
            };
            match cursor.next(is_live) {
                Next::Entry(framed) if cursor.accepts(&framed) => {
                    self.turn = index + 1;
                    return self.event(framed);
                }
                Next::Entry(_) | Next::Kept => {
                    self.turn = index + 1;
                    self.moved = true;
                    return Step::Skipped;
                }
                Next::NeedPage(asking) => return asking.of(index),
                Next::Gap(gap) => {
                    let event = self.gap(*gap, None);
                    return self.system(event);
                }
                Next::Lagging => return Step::End(Ended::Lagging),
                Next::Nothing => {}
                Next::Waiting => caught_up = false,
            }
        }
        if let Stage::CatchingUp { owes_live } = self.stage
            && caught_up
        {
            self.stage = Stage::Live;
            if let Some(event) = self.live().filter(|_| owes_live) {
                return self.system(event);
            }
        }
        Step::Idle
    }

    fn system(&mut self, event: SystemEvent) -> Step {
        if event.token.is_some() {
            self.moved = false;
        }
        Step::System(event)
    }

    fn event(&mut self, framed: Arc<Framed>) -> Step {
        if let Stage::CatchingUp { owes_live } = &mut self.stage {
            *owes_live = true;
        }
        let token = if self.cursors.len() > 1 {
            self.token().map_or(Token::Withheld, Token::Vector)
        } else {
            Token::Own
        };
        self.moved = token == Token::Withheld;
        Step::Event { framed, token }
    }

    /// Settles the place in every log, then says `ready`.
    fn open(&mut self) -> Step {
        if let Some(needs_page) = self
            .cursors
            .iter_mut()
            .enumerate()
            .find_map(|(log, cursor)| Some(cursor.ask()?.of(log)))
        {
            return needs_page;
        }
        // Once every page is there, so that one snapshot serves all logs of its channel.
        if self.cursors.iter().all(LogCursor::is_proven)
            && let Some(log) = self.want_snapshot()
        {
            return Step::NeedSnapshot { log };
        }
        if self.cursors.iter().any(|cursor| !cursor.is_settled()) {
            return Step::Idle;
        }
        self.stage = if self.cursors.iter().all(LogCursor::starts_now) {
            Stage::Live
        } else {
            Stage::CatchingUp {
                owes_live: self.cursors.iter().any(LogCursor::lost_something),
            }
        };
        let token = self.token();
        self.system(SystemEvent {
            body: SystemBody::Ready(Ready {
                cursor: token.clone().unwrap_or_default(),
            }),
            token,
        })
    }

    /// The log whose channel needs a snapshot; the other logs of the channel that wait for one are served by the same.
    fn want_snapshot(&mut self) -> Option<usize> {
        let first = self.cursors.iter().position(LogCursor::wants_snapshot)?;
        let channel = Arc::clone(&self.cursors.get(first)?.log().id().channel);
        for cursor in &mut self.cursors {
            if cursor.wants_snapshot() && cursor.log().id().channel == channel {
                cursor.await_snapshot(first);
            }
        }
        Some(first)
    }

    /// Takes the snapshot that [`Step::NeedSnapshot`] asked for.
    pub(crate) fn give_snapshot(&mut self, log: usize, payload: Box<RawValue>) {
        let Some(channel) = self
            .cursors
            .get(log)
            .map(|cursor| Arc::clone(&cursor.log().id().channel))
        else {
            return;
        };
        for cursor in &mut self.cursors {
            cursor.take_snapshot(log);
        }
        let token = self.token();
        self.system.push_back(SystemEvent {
            body: SystemBody::Snapshot { channel, payload },
            token,
        });
    }

    /// Takes a page that [`Step::NeedPage`] asked for.
    #[cfg(test)]
    pub(crate) fn give(&mut self, log: usize, page: super::adapter::Page) {
        let Some(cursor) = self.cursors.get(log) else {
            return;
        };
        let (entries, marks) = super::pages::framed(cursor.log(), page);
        self.give_framed(log, entries, marks);
    }

    /// Takes the entries after the place in log number `log`, which follow one another, and marks that are not older than they are.
    pub(crate) fn give_framed(&mut self, log: usize, entries: VecDeque<Arc<Framed>>, marks: Marks) {
        let is_opening = self.stage == Stage::Opening;
        let Some(cursor) = self.cursors.get_mut(log) else {
            return;
        };
        match cursor.give(entries, marks, is_opening) {
            Given::Settled => {}
            Given::Gap(gap) => {
                let event = self.gap(gap, Some(log));
                self.system.push_back(event);
            }
            Given::End(gap) => {
                let resume_from = self.token_to_come_back();
                self.ended = Some(Ended::Gap(Gap { resume_from, ..gap }));
            }
        }
    }

    /// A gap as an event; while a snapshot is to follow it, in log number `log`, it moves no client's place.
    fn gap(&self, gap: Gap, log: Option<usize>) -> SystemEvent {
        let resume_from = self
            .token_with(log)
            .unwrap_or_else(|| self.token_to_come_back());
        SystemEvent {
            body: SystemBody::Gap(Gap { resume_from, ..gap }),
            token: self.token(),
        }
    }
}

#[cfg(test)]
mod tests;
