//! What a channel's policy needs of its events and of the server, checked before the first request.

use super::fields::{self, Field, NoField};
use crate::{
    declarations::{
        channel::{ChannelPolicy, OnGap, OnLag},
        entry::Declaration,
        registry::Registry,
        registry_error::Problem,
        schema::SchemaCollector,
    },
    delivery::payload::PayloadFields,
    services::{service::Services, snapshot::SnapshotBody},
    words::cursor::MAX_LOGS,
};

/// The fields of every event's payload, in the order of the declarations; none of events that no payload type declares.
pub(super) fn fields_of(declarations: &[Declaration]) -> Vec<Vec<Field>> {
    let mut collector = SchemaCollector::new();
    let schemas: Vec<_> = declarations
        .iter()
        .map(|declaration| Some((declaration.event?.payload)(&mut collector).output))
        .collect();
    let (definitions, _) = collector.into_definitions();
    schemas
        .into_iter()
        .map(|schema| {
            schema.map_or_else(Vec::new, |schema| {
                fields::of_schema(schema.as_value(), &definitions)
            })
        })
        .collect()
}

/// The field that decides which log an event goes to; `None` on a channel of one log.
pub(super) fn partition_key(
    policy: &ChannelPolicy,
    declaration: &Declaration,
    fields: &[Field],
    problems: &mut Vec<Problem>,
) -> Option<Box<str>> {
    let is_partitioned = policy.partition_by.is_some() || policy.partitions > 1;
    if !is_partitioned || !declaration.direction.is_published() {
        return None;
    }
    if let Some(marked) = fields.iter().find(|field| field.is_partition_key) {
        return Some(marked.name.clone());
    }
    let origin: Vec<_> = declaration.origin().into_iter().collect();
    let (name, channel) = (declaration.name, declaration.channel);
    let Some(by) = policy.partition_by else {
        problems.push(Problem::new(
            format!("nothing says which log of channel `{channel}` event `{name}` goes to"),
            format!("mark a field with `#[event(partition_key)]`, or write `ordered = by(…)` on channel `{channel}`"),
            &origin,
        ));
        return None;
    };
    match fields::by_rust_name(fields, by) {
        Ok(field) => return Some(field.name.clone()),
        Err(NoField::Absent) => problems.push(Problem::new(
            format!("channel `{channel}` is ordered by `{by}`, but event `{name}` has no such field"),
            "add the field, or mark another one with `#[event(partition_key)]`",
            &origin,
        )),
        Err(NoField::Ambiguous) => problems.push(Problem::new(
            format!("channel `{channel}` is ordered by `{by}`, but several fields of event `{name}` are called that"),
            "rename them, or mark one with `#[event(partition_key)]`",
            &origin,
        )),
    }
    None
}

/// A channel's events, each with the fields of its payload.
type EventFields<'a> = Vec<(&'a Declaration, &'a [Field])>;

/// What is read of the payloads of a channel.
pub(super) fn payload_fields(
    channel: &str,
    policy: &ChannelPolicy,
    events: &EventFields<'_>,
    problems: &mut Vec<Problem>,
) -> PayloadFields {
    let filters = events
        .iter()
        .flat_map(|(_, fields)| *fields)
        .filter(|field| field.is_filter)
        .map(|field| &*field.name);
    let OnLag::Conflate(by) = policy.on_lag else {
        return PayloadFields::new(filters, []);
    };
    let mut conflated_by = Vec::new();
    let found = problems.len();
    for (declaration, fields) in events {
        match fields::by_rust_name(fields, by) {
            Ok(field) => conflated_by.push((declaration.name, &*field.name)),
            Err(NoField::Absent) => {}
            Err(NoField::Ambiguous) => problems.push(Problem::new(
                format!("channel `{channel}` is conflated by `{by}`, but several fields of event `{}` are called that", declaration.name),
                "rename them",
                declaration.origin().as_slice(),
            )),
        }
    }
    if conflated_by.is_empty() && problems.len() == found {
        problems.push(Problem::new(
            format!("channel `{channel}` is conflated by `{by}`, but none of its events has such a field"),
            "name a field of a payload in `on_lag = conflate(…)`, as Rust calls it",
            &[],
        ));
    }
    PayloadFields::new(filters, conflated_by)
}

/// The function that makes a channel's snapshot.
pub(super) fn snapshot(
    channel: &str,
    policy: &ChannelPolicy,
    registry: &Registry,
    services: &Services,
    problems: &mut Vec<Problem>,
) -> Option<SnapshotBody> {
    let domains = registry.domains();
    let of_registry = |body: &&SnapshotBody| {
        let crate_name = body.module.split("::").next().unwrap_or_default();
        body.channel == channel && domains.iter().any(|domain| domain.crate_name == crate_name)
    };
    let mut bodies = inventory::iter::<SnapshotBody>().filter(of_registry);
    let body = bodies.next();
    if bodies.next().is_some() {
        problems.push(Problem::new(
            format!("channel `{channel}` has two snapshot functions"),
            "keep one",
            &[],
        ));
    }
    let Some(body) = body else {
        if policy.on_gap == OnGap::Snapshot {
            problems.push(Problem::new(
                format!("channel `{channel}` says `on_gap = snapshot`, but no function makes its snapshot"),
                format!("write `#[snapshot(channel = \"{channel}\")]` on an async fn, and enable feature `server` of its crate"),
                &[],
            ));
        }
        return None;
    };
    for key in (body.services)() {
        if !services.contains(key) {
            problems.push(Problem::new(
                format!(
                    "the snapshot of channel `{channel}` needs service `{}`, which the server does not have",
                    key.name()
                ),
                "add `.service(…)` to the builder",
                &[],
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
