//! What a channel's policy needs of its events and of the server, checked before the first request.

use crate::{
    declarations::{
        channel::ChannelPolicy, entry::Declaration, registry::Registry, registry_error::Problem,
    },
    delivery::payload::PayloadFields,
    services::{service::Services, snapshot::SnapshotBody},
    words::cursor::MAX_LOGS,
};

/// The field that decides which log an event goes to; `None` on a channel of one log.
pub(super) fn partition_key(
    policy: &ChannelPolicy,
    declaration: &Declaration,
    problems: &mut Vec<Problem>,
) -> Option<Box<str>> {
    if declaration.partition_key.is_none()
        && policy.partitions > 1
        && declaration.direction.is_published()
    {
        let (name, channel) = (declaration.name, declaration.channel);
        problems.push(Problem::new(
            format!("nothing says which log of channel `{channel}` event `{name}` goes to"),
            format!("write `ordered = by(…)` on channel `{channel}`"),
            declaration.origin().as_slice(),
        ));
    }
    declaration.partition_key.as_deref().map(Into::into)
}

/// What is read of the payloads of a channel's events.
pub(super) fn payload_fields<'a>(
    events: impl Iterator<Item = &'a Declaration> + Clone,
) -> PayloadFields {
    let filters = events
        .clone()
        .flat_map(|event| event.filters.iter().map(String::as_str));
    let conflated_by =
        events.filter_map(|event| Some((event.name, event.conflate_key.as_deref()?)));
    PayloadFields::new(filters, conflated_by)
}

/// The function that makes a channel's snapshot.
pub(super) fn snapshot(
    channel: &str,
    registry: &Registry,
    services: &Services,
    problems: &mut Vec<Problem>,
) -> Option<SnapshotBody> {
    let entry = registry
        .snapshots()
        .into_iter()
        .find(|snapshot| snapshot.channel == channel)?;
    let is_its_body = |body: &&SnapshotBody| {
        body.channel == channel && body.module.split("::").next() == Some(entry.origin.crate_name())
    };
    let Some(body) = inventory::iter::<SnapshotBody>().find(is_its_body) else {
        problems.push(Problem::new(
            format!("snapshot `{}` was compiled out", entry.fn_name),
            format!(
                "enable feature `server` of crate `{}`",
                entry.origin.package
            ),
            &[],
        ));
        return None;
    };
    for key in (body.services)() {
        if !services.contains(key) {
            problems.push(Problem::new(
                format!(
                    "snapshot `{}` needs service `{}`, which the server does not have",
                    entry.fn_name,
                    key.name()
                ),
                "add `.service(…)` to the builder",
                &[entry.origin],
            ));
        }
    }
    Some(*body)
}

/// Refuses a channel whose places no cursor token could hold.
pub(super) fn check_partitions(channel: &str, policy: &ChannelPolicy, problems: &mut Vec<Problem>) {
    if usize::from(policy.partitions) > MAX_LOGS {
        problems.push(Problem::new(
            format!(
                "channel `{channel}` has {} partitions, and a cursor names at most {MAX_LOGS}",
                policy.partitions
            ),
            format!("write `partitions = {MAX_LOGS}` or fewer"),
            &[],
        ));
    }
}
