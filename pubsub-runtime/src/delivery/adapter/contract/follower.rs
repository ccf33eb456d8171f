//! Reads a feed as the feeder does, and tells what the feed got wrong.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::StreamExt as _;
use uuid::Uuid;

use super::{
    super::{Anchor, Entry, Feed, FeedItem, Seq, anchor},
    scene::{Log, PATIENCE, ROOM, SHORT},
};

/// A feed, and how far it was followed.
pub(super) struct Follower {
    pub(super) log: Log,
    feed: Feed,
    /// The newest entry that was in the log when the feed had resolved, or that the feed has told since.
    pub(super) last: Seq,
    last_anchor: Option<Anchor>,
    pub(super) resets: usize,
    told: BTreeMap<Seq, Uuid>,
    seq_of: HashMap<Uuid, Seq>,
}

impl Follower {
    pub(super) async fn new(log: Log) -> Result<Self> {
        let feed = tokio::time::timeout(PATIENCE, log.node.feed(log.id.clone()))
            .await
            .context("`feed` did not resolve")?
            .context("feed failed")?;
        let marks = log.marks().await?;
        Ok(Self {
            log,
            feed,
            last: marks.head,
            last_anchor: marks.head_anchor,
            resets: 0,
            told: BTreeMap::new(),
            seq_of: HashMap::new(),
        })
    }

    /// The next `count` entries.
    pub(super) async fn take(&mut self, count: usize) -> Result<Vec<Entry>> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let came = taken.len();
            let more = self.more().await;
            taken.extend(more.with_context(|| format!("{came} of {count} entries came"))?);
        }
        ensure!(
            taken.len() == count,
            "the feed told {} entries where {count} were appended",
            taken.len()
        );
        Ok(taken)
    }

    /// Everything up to this entry.
    pub(super) async fn take_through(&mut self, seq: Seq) -> Result<Vec<Entry>> {
        let mut taken = Vec::new();
        while self.last < seq {
            taken.extend(self.more().await?);
        }
        Ok(taken)
    }

    /// What the next item tells, in time.
    async fn more(&mut self) -> Result<Vec<Entry>> {
        let Ok(more) = tokio::time::timeout(PATIENCE, self.step()).await else {
            let head = self.log.marks().await?.head;
            bail!(
                "the feed told nothing for {PATIENCE:?}; it has told what is up to {}, and the head is {head}",
                self.last
            );
        };
        more?.context("the feed ended, and nobody shut the adapter down")
    }

    /// The feed has nothing new to tell.
    pub(super) async fn nothing_more(&mut self) -> Result<()> {
        let quiet = async {
            loop {
                match self.step().await? {
                    Some(new) if new.is_empty() => {}
                    Some(new) => bail!("the feed told what nobody appended: {new:?}"),
                    None => bail!("the feed ended, and nobody shut the adapter down"),
                }
            }
        };
        tokio::time::timeout(SHORT, quiet).await.unwrap_or(Ok(()))
    }

    /// What is left until the feed ends; it has to end.
    pub(super) async fn rest(&mut self) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let end = async {
            while let Some(more) = self.step().await? {
                entries.extend(more);
            }
            anyhow::Ok(())
        };
        let ended = tokio::time::timeout(PATIENCE, end).await;
        ended.context("the feed did not end")??;
        Ok(entries)
    }

    /// The new entries that one item tells; `None` at the end of the feed.
    async fn step(&mut self) -> Result<Option<Vec<Entry>>> {
        let Some(item) = self.feed.next().await else {
            return Ok(None);
        };
        let new = match item.context("the feed told an error")? {
            FeedItem::Entry(entry) => self.told(entry)?,
            FeedItem::Hint(seq) => self.read_through(seq).await?,
            FeedItem::Reset(_) => {
                self.resets += 1;
                let head = self.log.marks().await?.head;
                self.read_through(head).await?
            }
        };
        Ok(Some(new))
    }

    fn told(&mut self, entry: Entry) -> Result<Vec<Entry>> {
        let (seq, id) = (entry.seq, entry.id);
        if let Some(before) = self.seq_of.get(&id) {
            ensure!(
                *before == seq,
                "the feed told event {id} as {before} and again as {seq}"
            );
        }
        if seq <= self.last {
            let before = self.told.get(&seq);
            ensure!(
                before.is_none_or(|before| *before == id),
                "the feed told {seq} as event {before:?} and again as event {id}"
            );
            return Ok(Vec::new());
        }
        ensure!(
            !self.log.can.contiguous_seq || seq == self.last + 1,
            "the feed told {seq} after {}, and no `Reset` between them: what lies between is silently lost",
            self.last
        );
        ensure!(
            entry.anchor == anchor(id),
            "the feed told {seq} with anchor {:08x}; that of its id {id} is {:08x}",
            entry.anchor,
            anchor(id)
        );
        ensure!(
            !self.log.can.links || entry.link == self.last_anchor,
            "the feed told {seq} with link {:x?}; its predecessor's anchor is {:x?}",
            entry.link,
            self.last_anchor
        );
        self.note(&entry);
        Ok(vec![entry])
    }

    fn note(&mut self, entry: &Entry) {
        (self.last, self.last_anchor) = (entry.seq, Some(entry.anchor));
        self.told.insert(entry.seq, entry.id);
        self.seq_of.insert(entry.id, entry.seq);
    }

    async fn read_through(&mut self, seq: Seq) -> Result<Vec<Entry>> {
        let mut new = Vec::new();
        while self.last < seq {
            if !self.log.can.history {
                self.last = seq;
                self.last_anchor = self.log.marks().await?.head_anchor;
                break;
            }
            let page = self.log.read(self.last, 1_000, ROOM).await?;
            for entry in &page.entries {
                self.note(entry);
            }
            if page.entries.is_empty() {
                ensure!(
                    page.marks.trimmed_through >= seq,
                    "the feed told of {seq}; a read after {} has nothing, and only what is up to {} was trimmed",
                    self.last,
                    page.marks.trimmed_through
                );
                self.last = page.marks.trimmed_through;
                self.last_anchor = page.marks.head_anchor;
            }
            new.extend(page.entries);
        }
        Ok(new)
    }
}
