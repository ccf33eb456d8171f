//! A client subscribes to one or more channels.

use std::{sync::Arc, time::Duration};

use futures_util::future::try_join_all;

use super::{
    authorise, core::Core, filters::Filters, input::invalid, procedures::Caller,
    snapshot::snapshot, start::StartAt, table::Channel,
};
use crate::{
    delivery::{
        live::{Live, LiveParts, Snapshots},
        subscription::{Reading, Subscription},
    },
    services::snapshot::SnapshotBody,
    words::{
        cursor::MAX_LOGS,
        error::{Error, Result},
        principal::Principal,
    },
};

/// The shortest time between two events that only keep a client's place fresh.
const MIN_REFRESH: Duration = Duration::from_secs(1);

/// What a subscription reads, and from where.
pub(super) struct Subscribing {
    pub(super) channels: Vec<String>,
    pub(super) from: StartAt,
    pub(super) filters: Filters,
    pub(super) with_system: bool,
}

/// Opens a subscription, by turns with others.
pub(super) async fn subscribe(
    core: &Arc<Core>,
    caller: &Caller,
    subscribing: Subscribing,
) -> Result<Live> {
    core.turns.take(open(core, caller, subscribing)).await
}

/// Authorise every channel, check the filters, attach, resolve the start.
async fn open(core: &Arc<Core>, caller: &Caller, subscribing: Subscribing) -> Result<Live> {
    let channels = authorised(core, &caller.principal, &subscribing.channels)?;
    subscribing.filters.check(&channels)?;
    // By the numbers that the subscription gives its logs.
    let mut logs = Vec::new();
    for &channel in &channels {
        let reading = Reading {
            fields: Arc::clone(&channel.fields),
            filter: subscribing.filters.of(channel),
            ..Reading::of(&channel.policy)
        };
        logs.extend(
            channel
                .logs
                .iter()
                .map(|log| (channel, &log.id, reading.clone())),
        );
    }
    let attached = core.hub.attach_all(logs.iter().map(|(_, id, _)| *id));
    let attached = attached.await?;
    let starts = logs
        .iter()
        .zip(&attached)
        .map(|((channel, ..), log)| subscribing.from.of(log, channel));
    let starts = try_join_all(starts).await?;
    let bodies = logs.iter().map(|(channel, ..)| channel.snapshot).collect();
    let logs = logs
        .into_iter()
        .zip(&attached)
        .zip(starts)
        .map(|(((.., reading), log), start)| (Arc::clone(log), start, reading))
        .collect();
    let retention = channels.iter().map(|channel| channel.policy.retention);
    let parts = LiveParts {
        heartbeat_interval: core.ping_interval,
        refresh_interval: (retention.min().unwrap_or_default() / 2).max(MIN_REFRESH),
        closing: core.closing.clone(),
        with_system: subscribing.with_system,
        snapshots: snapshots(core, caller, bodies),
        clock: Arc::clone(&core.clock),
        ids: Arc::clone(&core.ids),
    };
    Ok(Live::new(Subscription::new(logs), attached, parts))
}

/// Makes snapshots for this caller, by the numbers of the logs.
fn snapshots(core: &Arc<Core>, caller: &Caller, bodies: Vec<Option<SnapshotBody>>) -> Snapshots {
    let core = Arc::clone(core);
    let (principal, request_id) = (caller.principal.clone(), Arc::clone(&caller.request_id));
    Box::new(move |log| match bodies.get(log).copied().flatten() {
        Some(body) => {
            let (core, request_id) = (Arc::clone(&core), Arc::clone(&request_id));
            Box::pin(snapshot(core, principal.clone(), request_id, body))
        }
        // The start of the server has checked that a channel that needs one has it.
        None => Box::pin(std::future::ready(Err(Error::internal(
            "a channel has no snapshot",
        )))),
    })
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
