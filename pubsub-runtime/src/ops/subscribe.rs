//! A client subscribes to one or more channels.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    authorise,
    core::Core,
    input::invalid,
    table::{Channel, ChannelLog},
};
use crate::{
    delivery::{
        adapter::Located,
        live::{Live, LiveParts},
        log::Log,
        resolve::Place,
        subscription::{Start, Subscription},
    },
    words::{
        cursor::{Cursor, MAX_LOGS, anchor},
        error::Result,
        principal::Principal,
        system::GapReason,
    },
};

/// What a subscription reads, and from where.
pub(super) struct Subscribing {
    pub(super) channels: Vec<String>,
    /// What the client presented: a cursor token or an event id.
    pub(super) resume: Option<String>,
    pub(super) with_ready: bool,
}

/// Opens a subscription: authorise every channel, resolve the start, attach.
pub(super) async fn subscribe(
    core: &Arc<Core>,
    principal: &Principal,
    subscribing: Subscribing,
) -> Result<Live> {
    let channels = authorised(core, principal, &subscribing.channels)?;
    let mut attached = Vec::with_capacity(channels.len());
    let mut starts = Vec::with_capacity(channels.len());
    for channel in channels {
        for ChannelLog { id, .. } in &channel.logs {
            let log = core.hub.attach(id).await?;
            starts.push((
                Arc::clone(&log),
                start(&log, subscribing.resume.as_deref()).await?,
                channel.policy.max_replay,
            ));
            attached.push(log);
        }
    }
    let parts = LiveParts {
        heartbeat_interval: core.ping_interval,
        closing: core.closing.clone(),
        with_ready: subscribing.with_ready,
        clock: Arc::clone(&core.clock),
        ids: Arc::clone(&core.ids),
    };
    Ok(Live::new(Subscription::new(starts), attached, parts))
}

/// The channels by name, each once; nothing about a log is said before all of them are authorised.
pub(super) fn authorised<'a>(
    core: &'a Core,
    principal: &Principal,
    names: &[String],
) -> Result<Vec<&'a Channel>> {
    let mut channels: Vec<&Channel> = Vec::new();
    if names.is_empty() {
        return Err(invalid(&["channel"], "name at least one channel"));
    }
    if names.len() > MAX_LOGS {
        return Err(invalid(
            &["channel"],
            format!("name at most {MAX_LOGS} channels"),
        ));
    }
    for name in names {
        let channel = core.table.channel(name)?;
        authorise::read(principal, channel)?;
        if !channels.iter().any(|known| known.name == channel.name) {
            channels.push(channel);
        }
    }
    if channels
        .iter()
        .map(|channel| channel.logs.len())
        .sum::<usize>()
        > MAX_LOGS
    {
        return Err(invalid(
            &["channel"],
            format!("these channels have more than {MAX_LOGS} logs"),
        ));
    }
    Ok(channels)
}

/// Where a subscription starts in one log; what is not understood becomes a gap, never an error.
async fn start(log: &Log, resume: Option<&str>) -> Result<Start> {
    let Some(requested) = resume else {
        return Ok(Start::Now);
    };
    let lost = |reason| Start::Lost {
        reason,
        requested: shorten(requested),
    };
    if Cursor::is_token(requested) {
        let Ok(cursor) = log.tokens().read(requested) else {
            return Ok(lost(GapReason::InvalidCursor));
        };
        return Ok(match cursor.position(log.tag()) {
            None => Start::Now,
            Some(position) => {
                // Anchor 0 stands before the first entry; anywhere else it says that the engine could not tell.
                let anchor = (position.anchor != 0 || position.seq == 0).then_some(position.anchor);
                let place = Place {
                    epoch: Some(position.epoch),
                    seq: position.seq,
                    anchor,
                };
                Start::After {
                    place,
                    requested: requested.to_owned(),
                }
            }
        });
    }
    let Ok(id) = Uuid::try_parse(requested) else {
        return Ok(lost(GapReason::InvalidCursor));
    };
    Ok(match log.adapter().locate(log.id().clone(), id).await? {
        Located::At(seq) | Located::Trimmed(seq) => {
            let place = Place {
                epoch: None,
                seq,
                anchor: Some(anchor(id)),
            };
            Start::After {
                place,
                requested: requested.to_owned(),
            }
        }
        Located::Unknown => lost(GapReason::UnknownId),
    })
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
