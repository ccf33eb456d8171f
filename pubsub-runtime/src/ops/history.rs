//! A client reads what was published before.

mod reader;
mod start;

use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use self::{
    reader::{From, Lost, Reader, Way, oldest},
    start::{Starts, at_event, at_place, everywhere},
};
use super::{
    core::Core,
    input::{FetchHistoryInput, HistoryInput, PageDirection, invalid},
    start::shorten,
    subscribe::authorised,
    table::Channel,
};
use crate::{
    delivery::adapter::Entry,
    words::{
        cursor::{Cursor, Position},
        envelope::Timestamp,
        error::{Error, Result},
        principal::Principal,
        system::Gap,
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
    /// The cursor could not be continued: the page begins at the oldest event retained, backward at the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<Gap>,
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

/// `fetchHistory`: with `since` or `cursor` the first events after it, else the newest; merged by time, then log.
///
/// A place that cannot be continued is an error, as an array has no member for a gap.
pub(super) async fn fetch_history(
    core: &Core,
    principal: &Principal,
    input: FetchHistoryInput,
) -> Result<Vec<Box<RawValue>>> {
    let limit = limit(input.limit)?;
    let channels = authorised(core, principal, &input.channel.into_vec())?;
    // Empty is absent, as for subscriptions.
    let cursor = input.cursor.filter(|cursor| !cursor.is_empty());
    let since = input.since.filter(|since| !since.is_empty());
    let (field, way, starts) = match (&cursor, &since) {
        (Some(cursor), _) => (
            "cursor",
            Way::Forward,
            at_place(core, &channels, cursor, Way::Forward).await?,
        ),
        (None, Some(since)) => (
            "since",
            Way::Forward,
            at_since(core, &channels, since).await?,
        ),
        (None, None) => ("", Way::Backward, everywhere(&channels, From::Newest)),
    };
    let (mut readers, lost) = open(core, &channels, &starts, way).await?;
    if let Some(Lost { reason, .. }) = lost {
        return Err(invalid(
            &[field],
            format!(
                "cannot be continued from ({}); leave it out to read what is retained",
                reason.as_str()
            ),
        ));
    }
    let entries = merge(&mut readers, way, limit).await?;
    entries.iter().map(body).collect()
}

/// `since` as a moment, inclusive, or as an event id, exclusive.
async fn at_since(core: &Core, channels: &[&Channel], since: &str) -> Result<Starts> {
    if let Some(time) = Timestamp::parse(since) {
        return Ok(everywhere(channels, From::Time(time)));
    }
    let event = Uuid::try_parse(since).map_err(|_| {
        invalid(
            &["since"],
            "must be an ISO 8601 moment such as 2026-01-01T00:00:00Z, or an event id",
        )
    })?;
    at_event(core, channels, event).await
}

/// `<channel>.history`: a page forward from a place, or backward to it.
pub(super) async fn history(
    core: &Core,
    principal: &Principal,
    channel: &Channel,
    input: HistoryInput,
) -> Result<HistoryPage> {
    let limit = limit(input.limit)?;
    super::authorise::read(principal, channel)?;
    let channels = [channel];
    let way = match input.direction.unwrap_or(PageDirection::Forward) {
        PageDirection::Forward => Way::Forward,
        PageDirection::Backward => Way::Backward,
    };
    let presented = input.cursor.filter(|cursor| !cursor.is_empty());
    let starts = match (&presented, way) {
        (Some(cursor), _) => at_place(core, &channels, cursor, way).await?,
        (None, _) => everywhere(&channels, edge(way)),
    };
    let (mut readers, lost) = open(core, &channels, &starts, way).await?;
    let begun = places(&readers, way);
    let entries = merge(&mut readers, way, limit).await?;
    let token = |positions: Vec<Position>| {
        Cursor::new(positions)
            .map(|cursor| core.hub.tokens().write(&cursor))
            .ok_or_else(|| Error::internal("a channel has too many logs for a token"))
    };
    let gap = match lost {
        None => None,
        Some(Lost { reason, missed }) => Some(Gap {
            channel: channel.name.to_owned(),
            reason,
            missed,
            requested: shorten(presented.as_deref().unwrap_or_default()),
            resume_from: token(begun)?,
            oldest: oldest_of(core, channel).await?,
            certain: None,
        }),
    };
    let (before, after): (Vec<_>, Vec<_>) = readers.iter().map(Reader::ends).unzip();
    let older =
        |(position, reader): (&Position, &Reader<'_>)| position.seq > reader.marks.trimmed_through;
    let newer = |(position, reader): (&Position, &Reader<'_>)| position.seq < reader.marks.head;
    let has_older = before.iter().zip(&readers).any(older);
    let has_newer = after.iter().zip(&readers).any(newer);
    Ok(HistoryPage {
        events: entries.iter().map(body).collect::<Result<_>>()?,
        next: has_newer.then(|| token(after)).transpose()?,
        prev: has_older.then(|| token(before)).transpose()?,
        gap,
    })
}

/// Where a page begins that has no place to begin at.
const fn edge(way: Way) -> From {
    match way {
        Way::Forward => From::Oldest,
        Way::Backward => From::Newest,
    }
}

fn places(readers: &[Reader<'_>], way: Way) -> Vec<Position> {
    let ends = readers.iter().map(Reader::ends);
    ends.map(|(before, after)| match way {
        Way::Forward => before,
        Way::Backward => after,
    })
    .collect()
}

async fn oldest_of(core: &Core, channel: &Channel) -> Result<Option<String>> {
    let mut found: Option<Timestamp> = None;
    for log in &channel.logs {
        let time = oldest(core, log).await?;
        found = found.into_iter().chain(time).min();
    }
    Ok(found.map(|time| time.to_string()))
}

/// Opens every log at its start; those whose place cannot be continued at the edge, with the first reason and what is missed in all.
async fn open<'a>(
    core: &'a Core,
    channels: &[&'a Channel],
    starts: &Starts,
    way: Way,
) -> Result<(Vec<Reader<'a>>, Option<Lost>)> {
    let logs = channels.iter().flat_map(|channel| &channel.logs);
    let chunk_bytes = MAX_BYTES / starts.len().max(1);
    let mut readers = Vec::with_capacity(starts.len());
    let mut lost: Option<Lost> = None;
    for (log, start) in logs.zip(starts) {
        let opened = match *start {
            Ok(from) => Reader::open(core, log, from, way, chunk_bytes).await?,
            Err(lost) => Err(lost),
        };
        let reader = match opened {
            Ok(reader) => reader,
            Err(found) => {
                lost = Some(match lost {
                    None => found,
                    Some(before) => Lost {
                        missed: before
                            .missed
                            .zip(found.missed)
                            .map(|(one, other)| one.saturating_add(other)),
                        ..before
                    },
                });
                Reader::open(core, log, edge(way), way, chunk_bytes)
                    .await?
                    .map_err(|_| Error::internal("a log has no beginning"))?
            }
        };
        readers.push(reader);
    }
    Ok((readers, lost))
}

/// Takes entries from all logs by time, then log; in that order, whichever way they are read.
async fn merge(readers: &mut [Reader<'_>], way: Way, limit: usize) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut bytes = 0;
    while entries.len() < limit {
        let mut next: Option<(Timestamp, usize, usize)> = None;
        for (index, reader) in readers.iter_mut().enumerate() {
            let Some(entry) = reader.peek().await? else {
                continue;
            };
            let candidate = (entry.time, index, entry.body.len());
            let is_first = next.is_none_or(|(time, ..)| match way {
                Way::Forward => candidate.0 < time,
                // Of the same moment, the later log's is the newer one.
                Way::Backward => candidate.0 >= time,
            });
            if is_first {
                next = Some(candidate);
            }
        }
        let Some((_, index, size)) = next else {
            break;
        };
        bytes += size;
        let is_full = !entries.is_empty() && bytes > MAX_BYTES;
        if is_full || readers.iter().any(Reader::is_broken) {
            break;
        }
        entries.extend(readers.get_mut(index).and_then(Reader::take));
    }
    if way == Way::Backward {
        entries.reverse();
    }
    Ok(entries)
}

fn body(entry: &Entry) -> Result<Box<RawValue>> {
    let text = std::str::from_utf8(&entry.body).map_err(Error::internal)?;
    RawValue::from_string(text.to_owned()).map_err(Error::internal)
}
