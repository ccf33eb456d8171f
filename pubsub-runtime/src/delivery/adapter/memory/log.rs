//! One log in memory.

use std::{collections::VecDeque, time::Duration};

use uuid::Uuid;

use super::{
    super::{Appended, ChannelSpec, Entry, Located, Marks, NewEvent, Page},
    Found,
    ids::IdIndex,
};
use crate::words::{
    cursor::{Anchor, Epoch, Seq, anchor},
    envelope::Timestamp,
};

pub(super) struct MemoryLog {
    epoch: Epoch,
    head: Seq,
    head_anchor: Anchor,
    /// When the newest entry was stored; retention counts from here on, so a clock that steps back does not trim early.
    last: Timestamp,
    retention: Duration,
    max_events: u64,
    max_bytes: u64,
    entries: VecDeque<Entry>,
    bytes: u64,
    ids: IdIndex,
    closed: bool,
}

impl MemoryLog {
    pub(super) fn new(epoch: Epoch, spec: &ChannelSpec) -> Self {
        Self {
            epoch,
            head: 0,
            head_anchor: 0,
            last: Timestamp::from_millis(0),
            retention: spec.retention,
            max_events: spec.max_events,
            max_bytes: spec.max_bytes,
            entries: VecDeque::new(),
            bytes: 0,
            ids: IdIndex::default(),
            closed: false,
        }
    }

    pub(super) fn set_limits(&mut self, spec: &ChannelSpec) {
        (self.retention, self.max_events, self.max_bytes) =
            (spec.retention, spec.max_events, spec.max_bytes);
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn marks(&self) -> Marks {
        Marks {
            epoch: self.epoch,
            head: self.head,
            head_anchor: Some(self.head_anchor),
            trimmed_through: self.head - self.entries.len() as u64,
        }
    }

    pub(super) fn append(&mut self, event: NewEvent, now: Timestamp) -> Appended {
        let seq = self.head + 1;
        if let Some(seq) = self.ids.find(event.id) {
            return Appended {
                epoch: self.epoch,
                seq,
                anchor: anchor(event.id),
                duplicate: true,
            };
        }
        self.ids.insert(event.id, seq);
        let link = self.head_anchor;
        self.last = self.last.max(now);
        (self.head, self.head_anchor) = (seq, anchor(event.id));
        self.bytes += event.body.len() as u64;
        self.entries.push_back(Entry {
            seq,
            id: event.id,
            name: event.name,
            time: self.last,
            anchor: self.head_anchor,
            link: Some(link),
            body: event.body,
        });
        self.trim(now);
        Appended {
            epoch: self.epoch,
            seq,
            anchor: self.head_anchor,
            duplicate: false,
        }
    }

    /// Removes from the old end what the limits no longer allow.
    pub(super) fn trim(&mut self, now: Timestamp) {
        let now = self.last.max(now);
        let retention = u64::try_from(self.retention.as_millis()).unwrap_or(u64::MAX);
        let ago = |millis: u64| Timestamp::from_millis(now.as_millis().saturating_sub(millis));
        let kept_since = ago(retention);
        let mut trimmed = None;
        while let Some(oldest) = self.entries.front() {
            let over = self.entries.len() as u64 > self.max_events || self.bytes > self.max_bytes;
            if !over && oldest.time >= kept_since {
                break;
            }
            self.bytes -= oldest.body.len() as u64;
            trimmed = Some(oldest.seq);
            self.entries.pop_front();
        }
        if let Some(seq) = trimmed {
            self.ids.trimmed(seq, now);
        }
        self.ids
            .forget(ago(retention.saturating_mul(2)), self.first_seq() - 1);
    }

    fn first_seq(&self) -> Seq {
        self.marks().trimmed_through + 1
    }

    /// Where the entry after `after` stands in the deque; past its end if there is none.
    fn index_after(&self, after: Seq) -> usize {
        usize::try_from((after + 1).saturating_sub(self.first_seq()))
            .unwrap_or(usize::MAX)
            .min(self.entries.len())
    }

    pub(super) fn page(&self, after: Seq, limit: usize, max_bytes: usize) -> Page {
        let mut bytes = 0;
        let fits = |entry: &&Entry| {
            let first = bytes == 0;
            bytes += entry.body.len();
            first || bytes <= max_bytes
        };
        let start = self.index_after(after.min(self.head));
        let entries = self
            .entries
            .range(start..)
            .take(limit)
            .take_while(fits)
            .cloned()
            .collect();
        Page {
            entries,
            marks: self.marks(),
        }
    }

    pub(super) fn feed_from(&self, next: Seq) -> Found {
        if next > self.head {
            // A feed ends after what was appended before the end.
            return if self.closed {
                Found::Closed
            } else {
                Found::Nothing
            };
        }
        if next < self.first_seq() {
            return Found::Trimmed(self.head);
        }
        self.entries
            .get(self.index_after(next - 1))
            .cloned()
            .map_or(Found::Nothing, Found::Entry)
    }

    pub(super) fn locate(&self, id: Uuid) -> Located {
        match self.ids.find(id) {
            Some(seq) if seq >= self.first_seq() => Located::At(seq),
            Some(seq) => Located::Trimmed(seq),
            None => Located::Unknown,
        }
    }

    pub(super) fn seek_time(&self, time: Timestamp) -> Seq {
        let before = self.entries.partition_point(|entry| entry.time < time);
        self.marks().trimmed_through + before as u64
    }
}
