//! What is wrong with a set of declarations, and what to write.

use std::fmt;

use super::{
    agreement::places,
    entry::{ActionEntry, Declaration, EventEntry, Origin, SnapshotEntry},
    registry::Domain,
};

/// Every problem found in a registry, each with its remedy.
#[derive(Debug, Clone)]
pub struct RegistryError {
    problems: Vec<Problem>,
}

impl RegistryError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Each problem: what is wrong, and what to write.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryError {}

/// One problem of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    what: String,
    remedy: String,
    places: Vec<String>,
}

impl Problem {
    pub(crate) fn new(
        what: impl Into<String>,
        remedy: impl Into<String>,
        places: &[Origin],
    ) -> Self {
        Self {
            what: what.into(),
            remedy: remedy.into(),
            places: places.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn empty(domains: &[Domain]) -> Self {
        let names: Vec<_> = domains
            .iter()
            .map(|domain| format!("`{}`", domain.package))
            .collect();
        Self::new(
            format!("no event is declared in {}", names.join(", ")),
            "write `#[event(channel = \"…\")]` on a payload struct or an async fn, in a module that `lib.rs` names",
            &[],
        )
    }

    pub(crate) fn refused_example(name: &str, refusal: &serde_json::Error, origin: Origin) -> Self {
        Self::new(
            format!("example of `{name}` is refused: {refusal}"),
            "write one that its payload takes",
            &[origin],
        )
    }

    pub(crate) fn duplicate_event(name: &str, first: Origin, second: Origin) -> Self {
        Self::new(
            format!("event `{name}` is declared twice"),
            "rename one of them with `name = \"…\"`",
            &[first, second],
        )
    }

    pub(crate) fn duplicate_action(first: &ActionEntry, second: &ActionEntry) -> Self {
        let remedy = if first.is_attached || second.is_attached {
            "keep one"
        } else {
            "keep one, or rename the other's event with `name = \"…\"`"
        };
        Self::new(
            format!("event `{}` has two actions", first.name),
            remedy,
            &[first.origin, second.origin],
        )
    }

    pub(crate) fn duplicate_channel(name: &str, first: Domain, second: Domain) -> Self {
        Self::new(
            format!(
                "channel `{name}` is declared by `{}` and by `{}`",
                first.package, second.package
            ),
            "rename one of them, or narrow a registry with `.only([…])`",
            &[],
        )
    }

    pub(crate) fn unknown_only<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<_> = known.map(|name| format!("`{name}`")).collect();
        Self::new(
            format!("`.only([…])` names channel `{name}`, which is not declared"),
            format!("declared are {}", known.join(", ")),
            &[],
        )
    }

    pub(crate) fn bad_name(declaration: &Declaration) -> Self {
        let origin: Vec<_> = declaration.origin().into_iter().collect();
        Self::new(
            format!(
                "`{}` is no event name of channel `{}`",
                declaration.name, declaration.channel
            ),
            "write the channel, a colon and a word of `[a-z0-9][a-z0-9._-]*`, such as `orders:created`",
            &origin,
        )
    }

    pub(crate) fn undeclared_channel(declaration: &Declaration) -> Self {
        let origin: Vec<_> = declaration.origin().into_iter().collect();
        Self::new(
            format!(
                "event `{}` is on channel `{}`, which is not declared",
                declaration.name, declaration.channel
            ),
            format!("add `channel {} {{ }}` to `domain!`", declaration.channel),
            &origin,
        )
    }

    pub(crate) fn payload_mismatch(event: &EventEntry, action: &ActionEntry) -> Self {
        Self::new(
            format!(
                "event `{}` carries `{}`, but its action takes `{}`",
                event.name, event.type_name, action.type_name
            ),
            format!(
                "take `{}` in `{}`, or rename the action's event with `name = \"…\"`",
                event.type_name, action.fn_name
            ),
            &[event.origin, action.origin],
        )
    }

    pub(crate) fn action_unreachable(action: &ActionEntry) -> Self {
        Self::new(
            format!(
                "event `{}` is `direction = \"sse\"`, so no client could run its action `{}`",
                action.name, action.fn_name
            ),
            "remove `direction`, or write `direction = \"both\"`",
            &[action.origin],
        )
    }

    pub(crate) fn nothing_happens(event: &EventEntry) -> Self {
        Self::new(
            format!(
                "clients may send `{}`, but it has no action and is not published",
                event.name
            ),
            "write `direction = \"both\"`, or an action of this name",
            &[event.origin],
        )
    }

    pub(crate) fn publishes_no_event(action: &ActionEntry) -> Self {
        Self::new(
            format!(
                "action `{}` is to publish `{}`, but no payload type declares that event",
                action.fn_name, action.name
            ),
            format!(
                "put `#[event(channel = \"{}\")]` on `{}`, or remove `direction`",
                action.channel, action.type_name
            ),
            &[action.origin],
        )
    }

    pub(crate) fn emits_unknown(action: &ActionEntry, emitted: &str) -> Self {
        Self::new(
            format!(
                "action `{}` emits `{emitted}`, which is not part of this registry",
                action.name
            ),
            "merge the registry that declares it, or keep its channel in `.only([…])`",
            &[action.origin],
        )
    }

    pub(super) fn said_twice(declaration: &Declaration, word: &str) -> Self {
        Self::new(
            format!(
                "event `{}` and its action both say `{word}`, and not the same",
                declaration.name
            ),
            "write it on one of them",
            &places(declaration),
        )
    }

    pub(super) fn policy_of_server_sent(declaration: &Declaration, word: &str) -> Self {
        Self::new(
            format!(
                "event `{}` says `{word}`, but no client may send it",
                declaration.name
            ),
            format!("remove `{word}`, or write `direction = \"both\"` or an action of this name"),
            &places(declaration),
        )
    }

    pub(super) fn no_id_field<'a>(
        declaration: &Declaration,
        by: &str,
        fields: impl Iterator<Item = &'a &'a str>,
    ) -> Self {
        const SHOWN: usize = 12;
        let mut fields: Vec<_> = fields
            .take(SHOWN + 1)
            .map(|name| format!("`{name}`"))
            .collect();
        if fields.len() > SHOWN {
            fields.truncate(SHOWN);
            fields.push("…".to_owned());
        }
        let remedy = if fields.is_empty() {
            "write `idempotent = \"required\"`".to_owned()
        } else {
            format!("name one of its fields: {}", fields.join(", "))
        };
        Self::new(
            format!(
                "event `{}` is `idempotent = by({by})`, but its payload has no field `{by}`",
                declaration.name
            ),
            remedy,
            &places(declaration),
        )
    }

    pub(super) fn ambiguous_id(declaration: &Declaration, by: &str, several: &[&str]) -> Self {
        let several: Vec<_> = several.iter().map(|name| format!("`{name}`")).collect();
        Self::new(
            format!(
                "event `{}` is `idempotent = by({by})`, which may be any of {}",
                declaration.name,
                several.join(", ")
            ),
            "rename one of them",
            &places(declaration),
        )
    }

    pub(super) fn unfit_id(declaration: &Declaration, field: &str) -> Self {
        Self::new(
            format!(
                "field `{field}` of event `{}` cannot tell a repeated send",
                declaration.name
            ),
            "name a string or a number that every payload has, without `Option` and without a default; or write `idempotent = \"required\"`",
            &places(declaration),
        )
    }

    #[cfg(feature = "server")]
    pub(crate) fn no_action(declaration: &Declaration, type_name: &str) -> Self {
        Self::new(
            format!(
                "event `{}` declares what it replies, but no action of this server gives it",
                declaration.name
            ),
            format!(
                "write `#[event(action = {type_name})]` on an async fn, and name its module; or remove `reply`"
            ),
            &places(declaration),
        )
    }

    pub(crate) fn unsendable(declaration: &Declaration) -> Self {
        let origin: Vec<_> = declaration.origin().into_iter().collect();
        if declaration.policy.publish.is_some() {
            return Self::new(
                format!(
                    "clients may send `{}`, but it says `publish = none`",
                    declaration.name
                ),
                "remove `publish`",
                &origin,
            );
        }
        Self::new(
            format!(
                "clients may send `{}`, but channel `{}` says `publish = none`",
                declaration.name, declaration.channel
            ),
            "give the channel or the event a `publish` scope, or move the event to another channel",
            &origin,
        )
    }

    pub(super) fn unfit_field(event: &EventEntry, field: &str, what: &str) -> Self {
        Self::new(
            format!(
                "field `{field}` of event `{}` cannot be a {what}",
                event.name
            ),
            format!(
                "a {what} is a string, a number, a boolean, a unit enum, or an `Option` of one of these"
            ),
            &[event.origin],
        )
    }

    pub(super) fn filter_types(
        event: &EventEntry,
        field: &str,
        kind: &str,
        first: &str,
        first_kind: &str,
    ) -> Self {
        Self::new(
            format!(
                "filter `{field}` is {first_kind} in event `{first}`, but {kind} in event `{}`",
                event.name
            ),
            "filters of one name in a channel have one type; rename one of the fields, or remove `filter` from it",
            &[event.origin],
        )
    }

    pub(super) fn unknown_filter(event: &EventEntry, field: &str) -> Self {
        Self::new(
            format!(
                "the typed client would send filter `{field}` of event `{}`, but no field of its payload that is a filter is called so on the wire",
                event.name
            ),
            format!("write `#[serde(rename = \"{field}\")]` on the field"),
            &[event.origin],
        )
    }

    pub(super) fn second_key(event: &EventEntry, field: &str) -> Self {
        Self::new(
            format!("event `{}` has two partition keys", event.name),
            format!("remove `partition_key` from field `{field}`"),
            &[event.origin],
        )
    }

    pub(super) fn no_partition_key(event: &EventEntry, by: &str) -> Self {
        Self::new(
            format!(
                "channel `{}` is `ordered = by({by})`, but event `{}` has no field `{by}`",
                event.channel, event.name
            ),
            format!(
                "add `{by}` to `{}`, or write `#[event(partition_key)]` on another of its fields",
                event.type_name
            ),
            &[event.origin],
        )
    }

    pub(super) fn key_without_partitions(event: &EventEntry, key: &str) -> Self {
        Self::new(
            format!(
                "field `{key}` of event `{}` is a partition key, but channel `{}` is not partitioned",
                event.name, event.channel
            ),
            format!(
                "write `ordered = by({key})` in the policy of the channel, or remove `partition_key`"
            ),
            &[event.origin],
        )
    }

    pub(super) fn ambiguous_field(
        event: &EventEntry,
        how: &str,
        rust: &str,
        several: &[&str],
    ) -> Self {
        let several: Vec<_> = several.iter().map(|name| format!("`{name}`")).collect();
        let remedy = if how == "partitioned" {
            "write `#[event(partition_key)]` on one of them"
        } else {
            "rename one of them"
        };
        Self::new(
            format!(
                "channel `{}` is {how} by `{rust}`, which may be any of {} in event `{}`",
                event.channel,
                several.join(", "),
                event.name
            ),
            remedy,
            &[event.origin],
        )
    }

    pub(super) fn conflates_nothing(channel: &str, field: &str) -> Self {
        Self::new(
            format!(
                "channel `{channel}` is `on_lag = conflate({field})`, but none of its events has a field `{field}`"
            ),
            "name a field of its payloads, or write another `on_lag`",
            &[],
        )
    }

    pub(super) fn snapshot_of_no_channel(snapshot: &SnapshotEntry) -> Self {
        Self::new(
            format!(
                "snapshot `{}` is of channel `{}`, which is not declared",
                snapshot.fn_name, snapshot.channel
            ),
            format!(
                "add `channel {} {{ on_gap = snapshot }}` to `domain!`",
                snapshot.channel
            ),
            &[snapshot.origin],
        )
    }

    pub(super) fn unused_snapshot(snapshot: &SnapshotEntry) -> Self {
        Self::new(
            format!(
                "channel `{}` never uses its snapshot `{}`",
                snapshot.channel, snapshot.fn_name
            ),
            "write `on_gap = snapshot` in the policy of the channel, or remove the snapshot",
            &[snapshot.origin],
        )
    }

    pub(super) fn duplicate_snapshot(first: &SnapshotEntry, second: &SnapshotEntry) -> Self {
        Self::new(
            format!("channel `{}` has two snapshots", first.channel),
            "keep one",
            &[first.origin, second.origin],
        )
    }

    pub(super) fn missing_snapshot(channel: &str) -> Self {
        Self::new(
            format!("channel `{channel}` is `on_gap = snapshot`, but it has no snapshot"),
            format!(
                "write `#[snapshot(channel = \"{channel}\")]` on an async fn, or another `on_gap`"
            ),
            &[],
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)?;
        for place in &self.places {
            write!(f, "\n  at {place}")?;
        }
        Ok(())
    }
}
