//! A client reads what was published before.

use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    core::Core,
    input::{FetchHistoryInput, HistoryInput, PageDirection, invalid},
    subscribe::authorised,
    table::{Channel, ChannelLog},
};
use crate::{
    delivery::{
        adapter::{Entry, Located, Page},
        resolve::{Place, Verdict, judge},
    },
    words::{
        cursor::{Cursor, Position, Seq},
        envelope::Timestamp,
        error::{Error, ErrorKind, Result},
        principal::Principal,
        system::GapReason,
    },
};

/// The most events one answer holds.
const MAX_LIMIT: u64 = 1_000;
const DEFAULT_LIMIT: u64 = 100;
/// The most bytes of envelopes one answer holds, beside its first one.
const MAX_BYTES: usize = 8 << 20;

/// One page of a channel.
#[derive(Debug, Serialize)]
pub(super) struct HistoryPage {
    events: Vec<Box<RawValue>>,
    /// Presents the place after the newest event of the page; `None` if nothing follows yet.
    next: Option<String>,
    /// Presents the place before the oldest event of the page; `None` if nothing older is retained.
    prev: Option<String>,
}

fn limit(limit: Option<u64>) -> Result<usize> {
    match limit.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => usize::try_from(limit).map_err(Error::internal),
        _ => Err(invalid(
            &["limit"],
            format!("must be from 1 to {MAX_LIMIT}"),
        )),
    }
}

/// `fetchHistory`: with `since` or `cursor` the first events after it, else the newest; in the order of their logs.
pub(super) async fn fetch_history(
    core: &Core,
    principal: &Principal,
    input: FetchHistoryInput,
) -> Result<Vec<Box<RawValue>>> {
    let limit = limit(input.limit)?;
    let channels = authorised(core, principal, &input.channel.into_vec())?;
    let from_start = input.since.is_some() || input.cursor.is_some();
    let mut entries = Vec::new();
    for log in channels.iter().flat_map(|channel| &channel.logs) {
        let page = match (&input.cursor, &input.since) {
            (Some(cursor), _) => read_after_token(core, log, cursor, limit).await?,
            (None, Some(since)) => read_since(core, log, since, limit).await?,
            (None, None) => read_newest(core, log, limit).await?,
        };
        entries.extend(page.entries);
    }
    if channels.len() > 1 {
        entries.sort_by_key(|entry| entry.time);
    }
    if from_start {
        entries.truncate(limit);
        keep_oldest(&mut entries);
    } else {
        entries.drain(..entries.len().saturating_sub(limit));
        keep_newest(&mut entries);
    }
    entries.iter().map(body).collect()
}

/// `<channel>.history`: a page forward from a place, or backward to it, events in the order of the log either way.
pub(super) async fn history(
    core: &Core,
    principal: &Principal,
    channel: &Channel,
    input: HistoryInput,
) -> Result<HistoryPage> {
    let limit = limit(input.limit)?;
    super::authorise::read(principal, channel)?;
    let log = channel
        .logs
        .first()
        .ok_or_else(|| Error::internal("a channel has no log"))?;
    let page = match (
        input.direction.unwrap_or(PageDirection::Forward),
        &input.cursor,
    ) {
        (PageDirection::Forward, None) => read(core, log, 0, limit).await?,
        (PageDirection::Forward, Some(cursor)) => {
            read_after_token(core, log, cursor, limit).await?
        }
        (PageDirection::Backward, None) => read_newest(core, log, limit).await?,
        (PageDirection::Backward, Some(cursor)) => {
            read_through_token(core, log, cursor, limit).await?
        }
    };
    let tag = log.tag;
    let token = |seq, anchor| {
        core.hub.tokens().write(&Cursor::of(Position {
            log: tag,
            epoch: Position::epoch_tag(page.marks.epoch),
            seq,
            anchor,
        }))
    };
    let next = page
        .entries
        .last()
        .filter(|last| last.seq < page.marks.head)
        .map(|last| token(last.seq, last.anchor));
    let prev = page
        .entries
        .first()
        .filter(|first| first.seq > page.marks.trimmed_through + 1)
        .map(|first| token(first.seq - 1, first.link.unwrap_or(0)));
    let events = page.entries.iter().map(body).collect::<Result<_>>()?;
    Ok(HistoryPage { events, next, prev })
}

fn body(entry: &Entry) -> Result<Box<RawValue>> {
    let text = std::str::from_utf8(&entry.body).map_err(Error::internal)?;
    RawValue::from_string(text.to_owned()).map_err(Error::internal)
}

async fn read(core: &Core, log: &ChannelLog, after: Seq, limit: usize) -> Result<Page> {
    core.hub
        .adapter()
        .read(log.id.clone(), after, limit, MAX_BYTES)
        .await
}

async fn read_newest(core: &Core, log: &ChannelLog, limit: usize) -> Result<Page> {
    let marks = core.hub.adapter().marks(log.id.clone()).await?;
    read_back(core, log, marks.head, limit).await
}

/// The entries that end with the one at `through`: at most `limit`, and about [`MAX_BYTES`].
///
/// The adapter cuts a page at its new end; read back, it is the old end that may be left for the next page.
async fn read_back(core: &Core, log: &ChannelLog, through: Seq, limit: usize) -> Result<Page> {
    let mut page = read(core, log, through.saturating_sub(limit as u64), limit).await?;
    while let Some(last) = page.entries.last().map(|last| last.seq)
        && last < through
    {
        let more = read(core, log, last, limit).await?;
        if more.marks.epoch != page.marks.epoch {
            return Err(changing());
        }
        page.marks = more.marks;
        match more.entries.first() {
            None => break,
            Some(first) if first.seq != last + 1 => page.entries.clear(),
            Some(_) => {}
        }
        page.entries.extend(more.entries);
        page.entries.retain(|entry| entry.seq <= through);
        keep_newest(&mut page.entries);
    }
    page.entries.retain(|entry| entry.seq <= through);
    Ok(page)
}

/// Lets go of the oldest entries over [`MAX_BYTES`], beside the newest one.
fn keep_newest(entries: &mut Vec<Entry>) {
    let surplus = entries.len() - fitting(entries.iter().rev());
    entries.drain(..surplus);
}

/// Lets go of the newest entries over [`MAX_BYTES`], beside the oldest one.
fn keep_oldest(entries: &mut Vec<Entry>) {
    let kept = fitting(entries.iter());
    entries.truncate(kept);
}

/// How many of these entries one answer holds.
fn fitting<'a>(entries: impl Iterator<Item = &'a Entry>) -> usize {
    let mut bytes = 0;
    let fits = |entry: &&Entry| {
        let first = bytes == 0;
        bytes += entry.body.len();
        first || bytes <= MAX_BYTES
    };
    entries.take_while(fits).count()
}

fn changing() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "the event log is changing; try again",
    )
}

/// `since` as a moment, inclusive, or as an event id, exclusive.
async fn read_since(core: &Core, log: &ChannelLog, since: &str, limit: usize) -> Result<Page> {
    if let Some(time) = Timestamp::parse(since) {
        let after = core.hub.adapter().seek_time(log.id.clone(), time).await?;
        return read(core, log, after, limit).await;
    }
    let event = Uuid::try_parse(since).map_err(|_| {
        invalid(
            &["since"],
            "must be an ISO 8601 moment such as 2026-01-01T00:00:00Z, or an event id",
        )
    })?;
    match core.hub.adapter().locate(log.id.clone(), event).await? {
        Located::At(seq) => read(core, log, seq, limit).await,
        Located::Trimmed(_) => Err(lost("since", GapReason::Retention)),
        Located::Unknown => Err(lost("since", GapReason::UnknownId)),
    }
}

fn lost(field: &str, reason: GapReason) -> Error {
    invalid(
        &[field],
        format!(
            "cannot be continued from ({}); leave it out to read what is retained",
            reason.as_str()
        ),
    )
}

async fn read_after_token(
    core: &Core,
    log: &ChannelLog,
    token: &str,
    limit: usize,
) -> Result<Page> {
    let place = place(core, log, token)?;
    let page = read(core, log, place.seq, limit).await?;
    proven(place, page)
}

/// The page that ends with the entry at the token's place.
async fn read_through_token(
    core: &Core,
    log: &ChannelLog,
    token: &str,
    limit: usize,
) -> Result<Page> {
    let place = place(core, log, token)?;
    // One entry after the place proves it, as for a page forward.
    proven(place, read(core, log, place.seq, 1).await?)?;
    read_back(core, log, place.seq, limit).await
}

fn place(core: &Core, log: &ChannelLog, token: &str) -> Result<Place> {
    let position = core
        .hub
        .tokens()
        .read(token)
        .ok()
        .and_then(|cursor| cursor.position(log.tag));
    let position = position.ok_or_else(|| lost("cursor", GapReason::InvalidCursor))?;
    let anchor = (position.anchor != 0 || position.seq == 0).then_some(position.anchor);
    Ok(Place {
        epoch: Some(position.epoch),
        seq: position.seq,
        anchor,
    })
}

fn proven(place: Place, page: Page) -> Result<Page> {
    match judge(place, &page) {
        Verdict::Continues => Ok(page),
        Verdict::ReadAgain => Err(changing()),
        Verdict::Gap { reason, .. } => Err(lost("cursor", reason)),
    }
}
