//! What a channel's policy asks of its events and snapshots, and what the fields of events ask of each other.

mod idempotency;
mod policy;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::{
    channel::{OnGap, OnLag},
    entry::{ChannelEntry, Declaration, SnapshotEntry},
    fields::{Fields, Scalar, fields, scalar},
    registry_error::Problem,
    schema::SchemaCollector,
};

pub(super) use self::{
    idempotency::check_idempotency,
    policy::{check_policy, places},
};

/// Checks the fields of every published event against its channel, and notes in the declaration what they are for.
pub(super) fn check_fields<'a>(
    channels: &[ChannelEntry],
    declarations: impl Iterator<Item = &'a mut Declaration>,
    schemas: &mut SchemaCollector,
    problems: &mut Vec<Problem>,
) {
    let mut filters: HashMap<(&str, String), (Scalar, &str)> = HashMap::new();
    let mut conflated: HashMap<&str, bool> = HashMap::new();
    for declaration in declarations {
        let Some(event) = declaration.event else {
            continue;
        };
        let root = schemas.describe(event.payload).output.to_value();
        let definitions = schemas.output_definitions();
        let found = fields(&root, definitions);
        let marked = |keyword: &'static str| {
            let is_marked = move |field: &Value| field.get(keyword) == Some(&Value::Bool(true));
            found.iter().filter(move |(_, field)| is_marked(field))
        };

        for (name, field) in marked("x-filter") {
            declaration.filters.push((*name).to_owned());
            let Some(kind) = scalar(field, definitions) else {
                problems.push(Problem::unfit_field(&event, name, "filter"));
                continue;
            };
            let first = filters
                .entry((event.channel, (*name).to_owned()))
                .or_insert_with(|| (kind.clone(), event.name));
            if first.0 != kind {
                let (first_kind, first_event) = (first.0.noun(), first.1);
                problems.push(Problem::filter_types(
                    &event,
                    name,
                    &kind.noun(),
                    first_event,
                    &first_kind,
                ));
            }
        }
        for name in event.filters {
            if !declaration.filters.iter().any(|filter| filter == name) {
                problems.push(Problem::unknown_filter(&event, name));
            }
        }

        let keys: Vec<_> = marked("x-partition-key").map(|(name, _)| *name).collect();
        let Some(policy) = channels
            .iter()
            .find(|channel| channel.name == event.channel)
            .map(|channel| channel.policy)
        else {
            continue;
        };
        if let [_, second, ..] = keys.as_slice() {
            problems.push(Problem::second_key(&event, second));
        }
        if let OnLag::Conflate(field) = policy.on_lag {
            let has = conflated.entry(event.channel).or_default();
            let named = named(&found, field);
            *has |= !named.is_empty();
            match named.as_slice() {
                [] => {}
                [name] => {
                    if check_scalar(&found, name, definitions).is_none() {
                        problems.push(Problem::unfit_field(&event, name, "conflation key"));
                    }
                    declaration.conflate_key = Some((*name).to_owned());
                }
                several => problems.push(Problem::ambiguous_field(
                    &event,
                    "conflated",
                    field,
                    several,
                )),
            }
        }
        let key = match (keys.first(), policy.partition_by) {
            (None, None) => continue,
            (Some(key), None) => {
                problems.push(Problem::key_without_partitions(&event, key));
                continue;
            }
            (Some(key), Some(_)) => *key,
            (None, Some(_)) if !declaration.direction.is_published() => continue,
            (None, Some(by)) => match named(&found, by).as_slice() {
                [] => {
                    problems.push(Problem::no_partition_key(&event, by));
                    continue;
                }
                [key] => *key,
                several => {
                    problems.push(Problem::ambiguous_field(&event, "partitioned", by, several));
                    continue;
                }
            },
        };
        if check_scalar(&found, key, definitions).is_none() {
            problems.push(Problem::unfit_field(&event, key, "partition key"));
        }
        declaration.partition_key = Some(key.to_owned());
    }
    for channel in channels {
        if let (OnLag::Conflate(field), Some(false)) =
            (channel.policy.on_lag, conflated.get(channel.name))
        {
            problems.push(Problem::conflates_nothing(channel.name, field));
        }
    }
}

/// Whether the field is a scalar.
fn check_scalar(found: &Fields<'_>, name: &str, definitions: &Map<String, Value>) -> Option<()> {
    scalar(found.get(name)?, definitions).map(|_| ())
}

/// The fields whose Rust name is, or may be, `rust`: serde's renaming rules change case and separators only.
fn named<'a>(found: &Fields<'a>, rust: &str) -> Vec<&'a str> {
    found
        .keys()
        .filter(|name| alike(name, rust))
        .copied()
        .collect()
}

fn alike(left: &str, right: &str) -> bool {
    let plain = |name: &str| {
        name.chars()
            .filter(|character| !matches!(character, '_' | '-'))
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    plain(left) == plain(right)
}

/// One snapshot for each channel that asks for one, and none for others.
pub(super) fn check_snapshots(
    channels: &[ChannelEntry],
    snapshots: &[SnapshotEntry],
    problems: &mut Vec<Problem>,
) {
    let mut first: BTreeMap<&str, &SnapshotEntry> = BTreeMap::new();
    for snapshot in snapshots {
        let declared = channels
            .iter()
            .find(|channel| channel.name == snapshot.channel);
        match declared {
            None => problems.push(Problem::snapshot_of_no_channel(snapshot)),
            Some(channel) if channel.policy.on_gap != OnGap::Snapshot => {
                problems.push(Problem::unused_snapshot(snapshot));
            }
            Some(_) => {}
        }
        if let Some(other) = first.insert(snapshot.channel, snapshot) {
            problems.push(Problem::duplicate_snapshot(other, snapshot));
        }
    }
    for channel in channels {
        if channel.policy.on_gap == OnGap::Snapshot && !first.contains_key(channel.name) {
            problems.push(Problem::missing_snapshot(channel.name));
        }
    }
}

#[cfg(test)]
mod tests;
