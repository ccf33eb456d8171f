//! Where a page of history begins, as a client says it.

use uuid::Uuid;

use super::{
    super::{core::Core, table::Channel},
    reader::{From, Lost, Way},
};
use crate::{
    delivery::{adapter::Located, resolve::Place},
    words::{
        cursor::{Cursor, anchor},
        envelope::Timestamp,
        error::Result,
        system::GapReason,
    },
};

/// Where to begin in every log of some channels: in the order of the channels and their logs.
pub(super) type Starts = Vec<Result<From, Lost>>;

const fn lost(reason: GapReason) -> Lost {
    Lost {
        reason,
        missed: None,
    }
}

/// The same start in every log.
pub(super) fn everywhere(channels: &[&Channel], from: From) -> Starts {
    let logs = channels.iter().flat_map(|channel| &channel.logs);
    logs.map(|_| Ok(from)).collect()
}

/// After what a client presented as its place: a token or an event id.
pub(super) async fn at_place(
    core: &Core,
    channels: &[&Channel],
    presented: &str,
    way: Way,
) -> Result<Starts> {
    if Cursor::is_token(presented) {
        return Ok(at_token(core, channels, presented, way));
    }
    match Uuid::try_parse(presented) {
        Ok(id) => at_event(core, channels, id).await,
        Err(_) => Ok(nowhere(channels, lost(GapReason::InvalidCursor))),
    }
}

fn nowhere(channels: &[&Channel], lost: Lost) -> Starts {
    let logs = channels.iter().flat_map(|channel| &channel.logs);
    logs.map(|_| Err(lost)).collect()
}

fn at_token(core: &Core, channels: &[&Channel], token: &str, way: Way) -> Starts {
    let invalid = lost(GapReason::InvalidCursor);
    let Ok(cursor) = core.hub.tokens().read(token) else {
        return nowhere(channels, invalid);
    };
    let mut starts = Starts::new();
    for channel in channels {
        let is_known = channel
            .logs
            .iter()
            .any(|log| cursor.position(log.tag).is_some());
        for log in &channel.logs {
            starts.push(match cursor.position(log.tag) {
                Some(position) => Ok(From::Place(Place {
                    epoch: Some(position.epoch),
                    seq: position.seq,
                    anchor: (position.anchor != 0 || position.seq == 0).then_some(position.anchor),
                })),
                // A partition that the place does not name was empty, or not there, when it was written: all of it comes after.
                None if is_known && way == Way::Forward => Ok(From::Place(Place {
                    epoch: None,
                    seq: 0,
                    anchor: Some(0),
                })),
                None if is_known => Ok(From::Oldest),
                None => Err(invalid),
            });
        }
    }
    starts
}

/// After the event with this id: in its own log after its entry; in the others after what is merged before it, by time, then log.
pub(super) async fn at_event(core: &Core, channels: &[&Channel], id: Uuid) -> Result<Starts> {
    let adapter = core.hub.adapter();
    let logs: Vec<_> = channels.iter().flat_map(|channel| &channel.logs).collect();
    for (index, log) in logs.iter().enumerate() {
        let seq = match adapter.locate(log.id.clone(), id).await? {
            Located::Unknown => continue,
            Located::Trimmed(seq) => {
                let marks = adapter.marks(log.id.clone()).await?;
                let gap = Lost {
                    reason: GapReason::Retention,
                    // Of the other logs nobody knows.
                    missed: marks
                        .trimmed_through
                        .checked_sub(seq)
                        .filter(|_| logs.len() == 1),
                };
                return Ok(nowhere(channels, gap));
            }
            Located::At(seq) => seq,
        };
        let own = From::Place(Place {
            epoch: None,
            seq,
            anchor: Some(anchor(id)),
        });
        if logs.len() == 1 {
            return Ok(vec![Ok(own)]);
        }
        let page = adapter
            .read(log.id.clone(), seq.saturating_sub(1), 1, 1)
            .await?;
        let Some(entry) = page.entries.first().filter(|entry| entry.id == id) else {
            return Ok(nowhere(channels, lost(GapReason::Retention)));
        };
        let (time, later) = (
            entry.time,
            Timestamp::from_millis(entry.time.as_millis() + 1),
        );
        let start = |other| match index.cmp(&other) {
            std::cmp::Ordering::Equal => Ok(own),
            std::cmp::Ordering::Less => Ok(From::Time(time)),
            std::cmp::Ordering::Greater => Ok(From::Time(later)),
        };
        return Ok((0..logs.len()).map(start).collect());
    }
    Ok(nowhere(channels, lost(GapReason::UnknownId)))
}
