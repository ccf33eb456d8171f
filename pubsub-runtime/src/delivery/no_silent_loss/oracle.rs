//! Who judges: what a client is given must continue what it has, or be preceded by a gap that is true.

use std::collections::BTreeMap;

use super::{
    engine::log_number,
    truth::{Point, Truth},
};
use crate::words::{
    cursor::Cursor,
    system::{Gap, GapReason},
};

/// What a client knows of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing yet.
    Nothing,
    /// Everything up to here was received, or reported missing.
    Until(Point),
    /// A gap was told after `from`, and not yet where it ends.
    Gap {
        from: Option<Point>,
        missed: Option<u64>,
    },
}

/// What a client presented when it connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presented {
    Nothing,
    Token,
    EventId,
    Garbage,
}

/// What one client knows, and what it was promised.
#[derive(Debug)]
pub(super) struct Ledger {
    /// By the number of the log.
    pub(super) known: BTreeMap<usize, Known>,
    /// By the number of the log: how often it had been recreated or rewound when the client connected.
    upsets: BTreeMap<usize, u64>,
    presented: Presented,
    max_replay: u64,
    /// How many events and gaps it was given, for the tests of the test.
    pub(super) events: u64,
    pub(super) gaps: u64,
}

/// What is wrong.
pub(super) type Verdict<T = ()> = Result<T, String>;

impl Ledger {
    pub(super) fn new(logs: usize, max_replay: u64) -> Self {
        Self {
            known: (0..logs).map(|log| (log, Known::Nothing)).collect(),
            upsets: BTreeMap::new(),
            presented: Presented::Nothing,
            max_replay,
            events: 0,
            gaps: 0,
        }
    }

    /// The client connects, and presents this.
    pub(super) fn connect(
        &mut self,
        truth: &Truth,
        presented: Presented,
        last: Option<&str>,
    ) -> Verdict {
        self.presented = presented;
        for (log, known) in &mut self.known {
            self.upsets.insert(*log, truth.logs[*log].upsets);
            *known = match presented {
                Presented::Nothing | Presented::Garbage => Known::Nothing,
                Presented::Token | Presented::EventId => {
                    Known::Until(place(truth, *log, last.unwrap_or_default())?)
                }
            };
        }
        Ok(())
    }

    /// The client is given event number `number`.
    pub(super) fn event(&mut self, truth: &Truth, number: usize) -> Verdict {
        let published = truth
            .published
            .get(number)
            .ok_or_else(|| format!("event {number} was never published"))?;
        self.events += 1;
        let log = published.log;
        match self.known.get(&log).copied() {
            None => return Err(format!("event {number} is of another log")),
            Some(Known::Nothing) => return Err(format!("event {number} comes before `ready`")),
            Some(Known::Until(point)) if point == published.after => {}
            Some(Known::Until(point)) => {
                return Err(format!(
                    "after {point:?} comes {:?} without a gap, which continues {:?}",
                    published.point, published.after
                ));
            }
            Some(Known::Gap { .. }) => self.settle(truth, log, published.after)?,
        }
        self.known.insert(log, Known::Until(published.point));
        Ok(())
    }

    /// The client is given a token: it must stand exactly where the client is.
    pub(super) fn token(&mut self, truth: &Truth, token: &str) -> Verdict {
        for log in self.known.keys().copied().collect::<Vec<_>>() {
            let point = place(truth, log, token)?;
            match self.known.get(&log) {
                Some(Known::Until(known)) if *known != point => {
                    return Err(format!(
                        "a token stands at {point:?}, the client at {known:?}"
                    ));
                }
                Some(Known::Until(_)) | None => {}
                Some(Known::Nothing) => {
                    self.known.insert(log, Known::Until(point));
                }
                Some(Known::Gap { .. }) => self.settle(truth, log, point)?,
            }
        }
        Ok(())
    }

    /// The client is told a gap.
    pub(super) fn gap(&mut self, truth: &Truth, gap: &Gap) -> Verdict {
        self.gaps += 1;
        let log = log_number(&gap.channel)
            .filter(|log| self.known.contains_key(log))
            .ok_or_else(|| format!("a gap of another channel: {gap:?}"))?;
        let (from, before) = match self.known.get(&log) {
            Some(Known::Until(point)) => (Some(*point), Some(0)),
            Some(Known::Gap { from, missed }) => (*from, *missed),
            Some(Known::Nothing) | None => (None, Some(0)),
        };
        if let Some(from) = from {
            self.check_reason(truth, log, from, gap)?;
        } else if !matches!(
            (gap.reason, self.presented),
            (GapReason::InvalidCursor, Presented::Garbage)
        ) {
            return Err(format!("a gap before the client had a place: {gap:?}"));
        }
        let missed = before
            .zip(gap.missed)
            .map(|(before, missed)| before + missed);
        self.known.insert(log, Known::Gap { from, missed });
        Ok(())
    }

    /// Whether something is missed indeed, and for this reason.
    fn check_reason(&self, truth: &Truth, log: usize, from: Point, gap: &Gap) -> Verdict {
        let history = &truth.logs[log];
        if !truth.holds(log, from) {
            // Another life or another history: nobody can count, and any reason that says so is true.
            return Ok(());
        }
        if self.upsets.get(&log) != Some(&history.upsets) {
            // A reader may have gone on into what was forgotten since, before it told the gap.
            return Ok(());
        }
        let is_true = match gap.reason {
            GapReason::Retention => history.trimmed_through > from.seq,
            GapReason::TooMany => truth.head(log).seq > from.seq + self.max_replay,
            _ => false,
        };
        if !is_true {
            return Err(format!(
                "a false alarm after {from:?}, where the log is {history:?}: {gap:?}"
            ));
        }
        match gap.missed {
            Some(1..) => Ok(()),
            _ => Err(format!("a gap that could be counted is not: {gap:?}")),
        }
    }

    /// A gap ends here.
    fn settle(&mut self, truth: &Truth, log: usize, point: Point) -> Verdict {
        let Some(Known::Gap { from, missed }) = self.known.insert(log, Known::Until(point)) else {
            return Ok(());
        };
        let Some(from) = from.filter(|from| from.epoch == point.epoch) else {
            return Ok(());
        };
        if let Some(missed) = missed
            && from.seq + missed != point.seq
        {
            return Err(format!("a gap from {from:?} to {point:?} counts {missed}"));
        }
        if !truth.holds(log, from) || self.upsets.get(&log) != Some(&truth.logs[log].upsets) {
            return Ok(());
        }
        let may_skip = truth.head(log).seq.saturating_sub(self.max_replay);
        if point.seq > truth.logs[log].trimmed_through.max(may_skip) {
            return Err(format!(
                "a gap from {from:?} skips what is retained, to {point:?}"
            ));
        }
        Ok(())
    }
}

/// The place in a log that a client means.
fn place(truth: &Truth, log: usize, presented: &str) -> Verdict<Point> {
    let point = if Cursor::is_token(presented) {
        let cursor =
            Cursor::from_plain(presented).map_err(|error| format!("{presented}: {error}"))?;
        let tag = crate::words::cursor::log_tag(None, &super::engine::log_id(log).channel, 0);
        let position = cursor.position(tag);
        position.and_then(|position| truth.point_of(log, position))
    } else {
        presented
            .parse()
            .ok()
            .and_then(|id| truth.point_of_id(log, id))
    };
    point.ok_or_else(|| format!("{presented} is no place that ever was in log {log}"))
}
