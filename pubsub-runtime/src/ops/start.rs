//! Where a subscription starts, from what its client presented.

use uuid::Uuid;

use super::{input::invalid, table::Channel};
use crate::{
    delivery::{adapter::Located, log::Log, resolve::Place, subscription::Start},
    words::{
        cursor::{Cursor, anchor},
        envelope::Timestamp,
        error::Result,
        system::GapReason,
    },
};

/// What a client presented, as it wrote it; empty counts as absent.
#[derive(Debug, Default)]
pub(super) struct Presented {
    pub(super) last_event_id: Option<String>,
    pub(super) cursor: Option<String>,
    pub(super) since: Option<String>,
    pub(super) from: Option<String>,
}

/// Where a subscription starts: the first of these that is there decides.
#[derive(Debug, Default)]
pub(super) struct StartAt {
    /// A cursor token or an event id.
    resume: Option<String>,
    since: Option<(Timestamp, String)>,
    is_earliest: bool,
}

impl StartAt {
    /// Reads what was presented.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST` for `since` and `from`, which are the caller's own words; a place that is not understood becomes a gap.
    pub(super) fn read(presented: Presented) -> Result<Self> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let since = some(presented.since).map(|text| match Timestamp::parse(&text) {
            Some(time) => Ok((time, shorten(&text))),
            None => Err(invalid(
                &["since"],
                "must be an ISO 8601 moment such as 2026-01-01T00:00:00Z",
            )),
        });
        let is_earliest = match some(presented.from).as_deref() {
            None | Some("now") => false,
            Some("earliest") => true,
            Some(_) => return Err(invalid(&["from"], "must be `earliest` or `now`")),
        };
        Ok(Self {
            resume: some(presented.last_event_id).or(some(presented.cursor)),
            since: since.transpose()?,
            is_earliest,
        })
    }

    /// Whether the client presented a place.
    pub(super) fn names_a_place(&self) -> bool {
        self.resume.is_some()
    }

    /// After this place, unless the client presented one.
    pub(super) fn or_after(mut self, place: Option<String>) -> Self {
        self.resume = self.resume.or(place);
        self
    }

    /// The start in one log of a channel; what is not understood becomes a gap, never an error.
    pub(super) async fn of(&self, log: &Log, channel: &Channel) -> Result<Start> {
        match &self.resume {
            Some(token) if Cursor::is_token(token) => self.of_token(log, channel, token).await,
            Some(id) => of_event(log, id).await,
            None => self.without_place(log).await,
        }
    }

    async fn of_token(&self, log: &Log, channel: &Channel, token: &str) -> Result<Start> {
        let Ok(cursor) = log.tokens().read(token) else {
            return Ok(lost(GapReason::InvalidCursor, token));
        };
        let place = match cursor.position(log.tag()) {
            Some(position) => Place {
                epoch: Some(position.epoch),
                seq: position.seq,
                // Anchor 0 stands before the first entry; anywhere else it says that the engine could not tell.
                anchor: (position.anchor != 0 || position.seq == 0).then_some(position.anchor),
            },
            // The token is of a time when the channel had fewer logs: nothing of this one was seen.
            None if !cursor.is_partial()
                && channel
                    .logs
                    .iter()
                    .any(|other| cursor.position(other.tag).is_some()) =>
            {
                Place {
                    epoch: None,
                    seq: 0,
                    anchor: Some(0),
                }
            }
            None => return self.without_place(log).await,
        };
        Ok(Start::After {
            place,
            // It was understood, so it is short enough.
            requested: token.to_owned(),
        })
    }

    /// Where no place was presented for a log.
    async fn without_place(&self, log: &Log) -> Result<Start> {
        if let Some((time, requested)) = &self.since {
            return Ok(Start::Since {
                seq: log.adapter().seek_time(log.id().clone(), *time).await?,
                requested: requested.clone(),
            });
        }
        Ok(if self.is_earliest {
            Start::Earliest
        } else {
            Start::Now
        })
    }
}

async fn of_event(log: &Log, requested: &str) -> Result<Start> {
    let Ok(id) = Uuid::try_parse(requested) else {
        return Ok(lost(GapReason::InvalidCursor, requested));
    };
    Ok(match log.adapter().locate(log.id().clone(), id).await? {
        Located::At(seq) | Located::Trimmed(seq) => Start::After {
            place: Place {
                epoch: None,
                seq,
                anchor: Some(anchor(id)),
            },
            requested: shorten(requested),
        },
        Located::Unknown => lost(GapReason::UnknownId, requested),
    })
}

fn lost(reason: GapReason, requested: &str) -> Start {
    Start::Lost {
        reason,
        requested: shorten(requested),
    }
}

/// What a client presented, short enough to be sent back.
pub(super) fn shorten(requested: &str) -> String {
    const SHOWN: usize = 200;
    requested
        .chars()
        .filter(|character| !character.is_control())
        .take(SHOWN)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_back_is_short_and_has_no_control_characters() {
        assert_eq!(shorten("a\nb\u{7f}ü"), "abü");
        assert_eq!(shorten(&"x".repeat(1_000)).len(), 200);
    }
}
