//! What was published, retained and lost: the log as it is, whatever a server knows of it.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use uuid::Uuid;

use super::dice::Dice;
use crate::{
    delivery::adapter::{Anchor, Entry, Epoch, Located, Marks, Seq, anchor},
    words::{cursor::Position, envelope::Timestamp},
};

/// A place in the history of a log: right after an event, or before the first one of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
    /// The number of the event; `None` before the first one.
    pub(super) event: Option<usize>,
}

/// An event that was published.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) log: usize,
    pub(super) point: Point,
    /// The place it continues.
    pub(super) after: Point,
    /// Whether a failover or a new life of the log has forgotten it.
    pub(super) forgotten: bool,
    id: Uuid,
    anchor: Anchor,
    link: Anchor,
}

/// One log as it is.
#[derive(Debug)]
pub(super) struct History {
    epoch: Epoch,
    head: Point,
    retained: VecDeque<usize>,
    pub(super) trimmed_through: Seq,
    /// How often it was recreated or forgot entries.
    pub(super) upsets: u64,
}

/// Every log, and every event ever published.
#[derive(Debug)]
pub(super) struct Truth {
    links: bool,
    pub(super) logs: Vec<History>,
    pub(super) published: Vec<Published>,
    by_id: HashMap<Uuid, usize>,
    by_place: HashMap<(usize, u32, Seq, Anchor), usize>,
    lives: u64,
}

fn start_of(epoch: Epoch) -> Point {
    Point {
        epoch,
        seq: 0,
        event: None,
    }
}

impl Truth {
    pub(super) fn new(logs: usize, links: bool) -> Self {
        let mut truth = Self {
            links,
            logs: Vec::new(),
            published: Vec::new(),
            by_id: HashMap::new(),
            by_place: HashMap::new(),
            lives: 0,
        };
        for _ in 0..logs {
            let epoch = truth.next_epoch();
            truth.logs.push(History {
                epoch,
                head: start_of(epoch),
                retained: VecDeque::new(),
                trimmed_through: 0,
                upsets: 0,
            });
        }
        truth
    }

    fn next_epoch(&mut self) -> Epoch {
        self.lives += 1;
        self.lives << 32
    }

    pub(super) fn publish(&mut self, log: usize, dice: &mut Dice) -> Entry {
        let number = self.published.len();
        let after = self.logs[log].head;
        let id = Uuid::from_u64_pair(dice.next(), number as u64);
        let point = Point {
            epoch: after.epoch,
            seq: after.seq + 1,
            event: Some(number),
        };
        let published = Published {
            log,
            point,
            after,
            forgotten: false,
            id,
            anchor: anchor(id),
            link: self.anchor_at(after),
        };
        let epoch = Position::epoch_tag(point.epoch);
        self.by_place
            .insert((log, epoch, point.seq, published.anchor), number);
        if !self.links {
            // The engine does not tell the anchor of its head: a place there has none.
            self.by_place.insert((log, epoch, point.seq, 0), number);
        }
        self.by_id.insert(id, number);
        self.published.push(published);
        self.logs[log].head = point;
        self.logs[log].retained.push_back(number);
        self.entry(number)
    }

    fn anchor_at(&self, point: Point) -> Anchor {
        point
            .event
            .map_or(0, |number| self.published[number].anchor)
    }

    fn entry(&self, number: usize) -> Entry {
        let published = &self.published[number];
        Entry {
            seq: published.point.seq,
            id: published.id,
            name: "orders:created".into(),
            time: Timestamp::from_millis(0),
            anchor: published.anchor,
            link: self.links.then_some(published.link),
            body: Bytes::from(number.to_string()),
        }
    }

    pub(super) fn trim(&mut self, log: usize, left: u64) {
        let log = &mut self.logs[log];
        while log.retained.len() as u64 > left {
            log.retained.pop_front();
            log.trimmed_through += 1;
        }
    }

    pub(super) fn recreate(&mut self, log: usize) {
        let epoch = self.next_epoch();
        for published in self
            .published
            .iter_mut()
            .filter(|published| published.log == log)
        {
            published.forgotten = true;
        }
        let history = &mut self.logs[log];
        history.epoch = epoch;
        history.head = start_of(epoch);
        history.retained.clear();
        history.trimmed_through = 0;
        history.upsets += 1;
    }

    /// Forgets the newest entries, but none that retention has removed already.
    ///
    /// Without links nobody can notice once the entry at a place is trimmed: the contract there needs an engine that does not forget.
    pub(super) fn rewind(&mut self, log: usize, count: u64) {
        if !self.links {
            return;
        }
        for _ in 0..count {
            let Some(number) = self.logs[log].retained.pop_back() else {
                break;
            };
            self.published[number].forgotten = true;
            self.logs[log].head = self.published[number].after;
            self.logs[log].upsets += 1;
        }
    }

    pub(super) fn head(&self, log: usize) -> Point {
        self.logs[log].head
    }

    /// Whether history still has this place.
    pub(super) fn holds(&self, log: usize, point: Point) -> bool {
        point.epoch == self.logs[log].epoch
            && point
                .event
                .is_none_or(|number| !self.published[number].forgotten)
    }

    pub(super) fn marks(&self, log: usize) -> Marks {
        let history = &self.logs[log];
        Marks {
            epoch: history.epoch,
            head: history.head.seq,
            head_anchor: self.links.then(|| self.anchor_at(history.head)),
            trimmed_through: history.trimmed_through,
        }
    }

    pub(super) fn read(&self, log: usize, after: Seq, limit: usize) -> Vec<Entry> {
        let retained = self.logs[log].retained.iter().copied();
        retained
            .filter(|number| self.published[*number].point.seq > after)
            .take(limit)
            .map(|number| self.entry(number))
            .collect()
    }

    pub(super) fn locate(&self, log: usize, id: Uuid) -> Located {
        let Some(point) = self
            .point_of_id(log, id)
            .filter(|point| self.holds(log, *point))
        else {
            return Located::Unknown;
        };
        if point.seq > self.logs[log].trimmed_through {
            Located::At(point.seq)
        } else {
            Located::Trimmed(point.seq)
        }
    }

    /// The place after the event with this id, forgotten or not.
    pub(super) fn point_of_id(&self, log: usize, id: Uuid) -> Option<Point> {
        let published = &self.published[*self.by_id.get(&id)?];
        (published.log == log).then_some(published.point)
    }

    /// The place a token means; `None` if there never was such a place.
    pub(super) fn point_of(&self, log: usize, position: Position) -> Option<Point> {
        if position.seq == 0 {
            let life = u64::from(position.epoch);
            return (1..=self.lives)
                .contains(&life)
                .then(|| start_of(life << 32));
        }
        let place = (log, position.epoch, position.seq, position.anchor);
        self.by_place
            .get(&place)
            .map(|number| self.published[*number].point)
    }
}
