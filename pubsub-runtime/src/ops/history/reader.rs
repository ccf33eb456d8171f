//! One log, read entry by entry in either direction.

use std::collections::VecDeque;

use super::super::{core::Core, table::ChannelLog};
use crate::{
    delivery::{
        adapter::{Entry, Marks, Page},
        resolve::{Place, Verdict, judge, unbroken},
    },
    words::{
        cursor::{Position, Seq},
        envelope::Timestamp,
        error::{Error, ErrorKind, Result},
        system::GapReason,
    },
};

/// Which way a page goes from its place. Its events are in the order of their logs either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Forward,
    Backward,
}

/// Where reading begins in one log.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    /// The oldest entry retained.
    Oldest,
    /// The newest entry.
    Newest,
    /// The first entry at or after a moment.
    Time(Timestamp),
    /// A place that is to be proven.
    Place(Place),
}

/// That a place cannot be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) reason: GapReason,
    pub(super) missed: Option<u64>,
}

/// How many entries are read at a time, so that a page over many logs reads little more than it holds.
const CHUNK: usize = 64;

/// One log, read entry by entry.
pub(super) struct Reader<'a> {
    core: &'a Core,
    pub(super) log: &'a ChannelLog,
    way: Way,
    chunk_bytes: usize,
    pub(super) marks: Marks,
    /// Where reading began.
    start: Edge,
    /// Where it is: what is beyond has not been taken.
    edge: Edge,
    buffer: VecDeque<Entry>,
    broken: bool,
}

/// A place between two entries of a log whose epoch is known.
#[derive(Debug, Clone, Copy)]
struct Edge {
    seq: Seq,
    /// The anchor of the entry before it; 0 where it is not known.
    anchor: u32,
}

impl<'a> Reader<'a> {
    /// A reader at this place, or why there is none.
    pub(super) async fn open(
        core: &'a Core,
        log: &'a ChannelLog,
        from: From,
        way: Way,
        chunk_bytes: usize,
    ) -> Result<Result<Self, Lost>> {
        let adapter = core.hub.adapter();
        let mut marks = adapter.marks(log.id.clone()).await?;
        let edge = match (from, way) {
            (From::Newest, _) => Edge {
                seq: marks.head,
                anchor: marks.head_anchor.unwrap_or(0),
            },
            (From::Oldest, _) => first_edge(core, log, marks.trimmed_through, &mut marks).await?,
            (From::Time(time), _) => {
                let after = adapter.seek_time(log.id.clone(), time).await?;
                first_edge(core, log, after, &mut marks).await?
            }
            (From::Place(place), _) => {
                // One entry after the place proves it, whichever way reading goes.
                let page = adapter.read(log.id.clone(), place.seq, 1, 1).await?;
                match judge(place, &page) {
                    Verdict::Continues => {}
                    Verdict::ReadAgain => return Err(changing()),
                    Verdict::Gap { reason, missed } => return Ok(Err(Lost { reason, missed })),
                }
                marks = page.marks;
                let link = page
                    .entries
                    .first()
                    .map_or(marks.head_anchor, |next| next.link);
                Edge {
                    seq: place.seq,
                    anchor: place.anchor.or(link).unwrap_or(0),
                }
            }
        };
        Ok(Ok(Self {
            core,
            log,
            way,
            chunk_bytes,
            marks,
            start: edge,
            edge,
            buffer: VecDeque::new(),
            broken: false,
        }))
    }

    /// The entry that comes next, read if need be; `None` if none does.
    ///
    /// What does not continue the entries taken ends the page for all logs: the next one begins there, and is told what is wrong.
    pub(super) async fn peek(&mut self) -> Result<Option<&Entry>> {
        if self.buffer.is_empty() && !self.broken && self.has_more() {
            match self.way {
                Way::Forward => self.read_on().await?,
                Way::Backward => self.read_back().await?,
            }
        }
        Ok(match self.way {
            Way::Forward => self.buffer.front(),
            Way::Backward => self.buffer.back(),
        })
    }

    /// Whether the log holds more in this direction, as far as is known.
    pub(super) fn has_more(&self) -> bool {
        match self.way {
            Way::Forward => self.edge.seq < self.marks.head,
            Way::Backward => self.edge.seq > self.marks.trimmed_through,
        }
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes the entry that [`Reader::peek`] showed.
    pub(super) fn take(&mut self) -> Option<Entry> {
        let entry = match self.way {
            Way::Forward => self.buffer.pop_front(),
            Way::Backward => self.buffer.pop_back(),
        }?;
        self.edge = match self.way {
            Way::Forward => Edge {
                seq: entry.seq,
                anchor: entry.anchor,
            },
            Way::Backward => Edge {
                seq: entry.seq - 1,
                anchor: entry.link.unwrap_or(0),
            },
        };
        Some(entry)
    }

    /// The place before the oldest entry taken, and the one after the newest.
    pub(super) fn ends(&self) -> (Position, Position) {
        let position = |edge: Edge| Position {
            log: self.log.tag,
            epoch: Position::epoch_tag(self.marks.epoch),
            seq: edge.seq,
            anchor: edge.anchor,
        };
        match self.way {
            Way::Forward => (position(self.start), position(self.edge)),
            Way::Backward => (position(self.edge), position(self.start)),
        }
    }

    async fn read(&self, after: Seq, limit: usize) -> Result<Page> {
        let adapter = self.core.hub.adapter();
        adapter
            .read(self.log.id.clone(), after, limit, self.chunk_bytes)
            .await
    }

    async fn read_on(&mut self) -> Result<()> {
        let mut page = self.read(self.edge.seq, CHUNK).await?;
        page.entries.truncate(unbroken(&page.entries));
        let continues = |next: &Entry| {
            next.seq == self.edge.seq + 1
                && (self.edge.anchor == 0 || next.link.is_none_or(|link| link == self.edge.anchor))
        };
        self.broken =
            page.marks.epoch != self.marks.epoch || !page.entries.first().is_some_and(continues);
        if !self.broken {
            self.marks = page.marks;
            self.buffer = page.entries.into();
        }
        Ok(())
    }

    /// Reads the entries that end with the one at the edge.
    ///
    /// The adapter cuts a page at its new end; read back, it is the old end that may be left for the next page.
    async fn read_back(&mut self) -> Result<()> {
        let through = self.edge.seq;
        let mut entries: VecDeque<Entry> = VecDeque::new();
        let mut bytes = 0;
        let mut after = through.saturating_sub(CHUNK as u64);
        while after < through {
            let limit = usize::try_from(through - after).unwrap_or(CHUNK).min(CHUNK);
            let page = self.read(after, limit).await?;
            if page.marks.epoch != self.marks.epoch {
                return Err(changing());
            }
            self.marks = page.marks;
            let Some(last) = page.entries.last() else {
                break;
            };
            after = last.seq;
            for entry in page.entries {
                if entry.seq > through {
                    break;
                }
                let follows = entries.back().is_none_or(|before| {
                    entry.seq == before.seq + 1
                        && entry.link.is_none_or(|link| link == before.anchor)
                });
                if !follows {
                    entries.clear();
                    bytes = 0;
                }
                bytes += entry.body.len();
                entries.push_back(entry);
                while bytes > self.chunk_bytes && entries.len() > 1 {
                    bytes -= entries.pop_front().map_or(0, |oldest| oldest.body.len());
                }
            }
        }
        let ends_here = |last: &Entry| {
            last.seq == through && (self.edge.anchor == 0 || last.anchor == self.edge.anchor)
        };
        if entries.back().is_some_and(ends_here) {
            self.buffer = entries;
        } else {
            // Retention may have removed it all meanwhile.
            self.broken = self.marks.trimmed_through < through;
        }
        Ok(())
    }
}

/// The place before the first entry after `after`.
async fn first_edge(core: &Core, log: &ChannelLog, after: Seq, marks: &mut Marks) -> Result<Edge> {
    let page = core.hub.adapter().read(log.id.clone(), after, 1, 1).await?;
    *marks = page.marks;
    Ok(match page.entries.first() {
        Some(first) => Edge {
            seq: first.seq - 1,
            anchor: first.link.unwrap_or(0),
        },
        None => Edge {
            seq: marks.head,
            anchor: marks.head_anchor.unwrap_or(0),
        },
    })
}

/// The moment of the oldest entry retained.
pub(super) async fn oldest(core: &Core, log: &ChannelLog) -> Result<Option<Timestamp>> {
    let page = core.hub.adapter().read(log.id.clone(), 0, 1, 1).await?;
    Ok(page.entries.first().map(|entry| entry.time))
}

fn changing() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "the event log is changing; try again",
    )
}
