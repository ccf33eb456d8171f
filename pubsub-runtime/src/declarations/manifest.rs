//! Everything declared, as plain data: the input of every generator.

use schemars::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

mod policies;

pub use self::policies::{
    AccessManifest, IdempotentManifest, OnGapManifest, OnLagManifest, OnUnavailableManifest,
    RateManifest, TenantManifest,
};
use super::{
    channel::ChannelPolicy,
    entry::{ChannelEntry, Declaration, SnapshotEntry},
    event::Direction,
    event_policy::Idempotent,
    registry::Domain,
    schema::SchemaCollector,
};

/// Everything declared, as plain data; the same declarations give the same bytes on every machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of this format.
    pub manifest_version: u32,
    /// The domain packages, sorted.
    pub domains: Vec<String>,
    /// The channels, sorted by name.
    pub channels: Vec<ChannelManifest>,
    /// The events, sorted by name.
    pub events: Vec<EventManifest>,
    /// The definitions that the events' schemas refer to.
    pub schemas: Definitions,
}

/// Named schemas, by direction: a `#/$defs/X` of an output schema is found in `output`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Definitions {
    /// What serde writes.
    pub output: Map<String, Value>,
    /// What serde accepts.
    pub input: Map<String, Value>,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelManifest {
    /// Its name.
    pub name: String,
    /// Its doc comment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who may read.
    pub subscribe: AccessManifest,
    /// Who may send.
    pub publish: AccessManifest,
    /// How long history stays, in milliseconds.
    pub retention_ms: u64,
    /// How many events of history stay.
    pub max_events: u64,
    /// How many bytes of history stay.
    pub max_bytes: u64,
    /// Whether the order of publication is promised.
    pub ordered: bool,
    /// The most events one subscription replays.
    pub max_replay: u64,
    /// The largest payload, in bytes of JSON.
    pub max_payload_bytes: u64,
    /// How many logs carry the channel; order is promised within each. 1 if absent.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub partitions: u16,
    /// The payload field, by its Rust name, whose value decides the partition; [`EventManifest::partition_key`] holds its
    /// name on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// What follows a gap. `replay` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_gap: OnGapManifest,
    /// What happens to a slow reader. `disconnect` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_lag: OnLagManifest,
    /// How many events a subscription may be behind before `on_lag` acts. 10,000 if absent.
    #[serde(default = "max_lag", skip_serializing_if = "is_max_lag")]
    pub max_lag: u64,
    /// How often one principal may send; as often as it likes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateManifest>,
    /// How much one principal may send in a longer time; as much as it likes if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<RateManifest>,
    /// What happens to an event while the engine is down. `fail` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_unavailable: OnUnavailableManifest,
    /// The group that the channel is shown in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Whether tenants are kept apart. `shared` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tenant: TenantManifest,
    /// Whether each sent event leaves an audit record, be it said or be it because sending takes a scope. `false` if absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub audit: bool,
    /// The payload of `pubsub:snapshot` on this channel, if it has a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<TypeManifest>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventManifest {
    /// The full name, such as `orders:created`.
    pub name: String,
    /// The channel.
    pub channel: String,
    /// The part of the name after the colon.
    pub word: String,
    /// The package that declares it.
    pub package: String,
    /// Who may start it.
    pub direction: Direction,
    /// The version of its declaration.
    pub version: u32,
    /// The doc comment of the payload type, else of the action.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The note of `#[deprecated]`, if it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// One payload, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// The example as subscribers receive it: what serde writes of what it read. `None` where nothing is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example_received: Option<Value>,
    /// The Rust name of the payload type.
    pub rust_type: String,
    /// The payload fields that subscribers may filter by, as they are called on the wire, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// The payload field that decides the partition on a partitioned channel, as it is called on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Who may send it, if that is not as its channel says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<AccessManifest>,
    /// How often one principal may send it, if that is said of this event alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateManifest>,
    /// The largest payload, in bytes of JSON, if that is not as its channel says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_payload_bytes: Option<u64>,
    /// Whether its sender gives it an id. `optional` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub idempotent: IdempotentManifest,
    /// The payload.
    pub payload: TypeManifest,
    /// What the sender is answered; `None` if no client may send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<TypeManifest>,
    /// What clients see of the action's errors; `None` if it cannot fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TypeManifest>,
    /// The action, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionManifest>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionManifest {
    /// Its doc comment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The events it may emit, sorted.
    pub emits: Vec<String>,
    /// How long it may run, in milliseconds.
    pub timeout_ms: u64,
    /// Whether it may run again after it is unknown whether it ran. `false` if absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retry_safe: bool,
}

/// The schemas of one type; a `$ref` points into [`Definitions`] of its direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeManifest {
    /// What serde writes.
    pub output: Schema,
    /// What serde accepts.
    pub input: Schema,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

const fn one() -> u16 {
    ChannelPolicy::DEFAULT.partitions
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_one(partitions: &u16) -> bool {
    *partitions == one()
}

const fn max_lag() -> u64 {
    ChannelPolicy::DEFAULT.max_lag
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_max_lag(events: &u64) -> bool {
    *events == max_lag()
}

impl Manifest {
    /// The version of the format this build writes.
    pub const VERSION: u32 = 1;

    /// The manifest as JSON, on one line.
    ///
    /// # Errors
    ///
    /// None that a manifest of declared types can cause.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// `collector` may hold the schemas of payloads already.
    pub(super) fn new(
        domains: &[Domain],
        channels: &[ChannelEntry],
        declarations: &[Declaration],
        snapshots: &[SnapshotEntry],
        mut collector: SchemaCollector,
    ) -> Self {
        let events = declarations
            .iter()
            .filter_map(|declaration| EventManifest::new(declaration, &mut collector))
            .collect();
        let channels = channels
            .iter()
            .map(|channel| ChannelManifest::new(channel, snapshots, &mut collector))
            .collect();
        let mut domains: Vec<_> = domains
            .iter()
            .map(|domain| domain.package.to_owned())
            .collect();
        domains.dedup();
        Self {
            manifest_version: Self::VERSION,
            domains,
            channels,
            events,
            schemas: collector.into_definitions(),
        }
    }
}

impl ChannelManifest {
    fn new(
        channel: &ChannelEntry,
        snapshots: &[SnapshotEntry],
        collector: &mut SchemaCollector,
    ) -> Self {
        let ChannelPolicy {
            subscribe,
            publish,
            retention,
            max_events,
            max_bytes,
            ordered,
            partition_by,
            partitions,
            on_gap,
            on_lag,
            max_lag,
            max_replay,
            max_payload_bytes,
            rate,
            quota,
            on_unavailable,
            family,
            tenant,
            audit: _,
        } = channel.policy;
        let snapshot = snapshots
            .iter()
            .find(|snapshot| snapshot.channel == channel.name);
        Self {
            name: channel.name.to_owned(),
            description: channel.docs.to_owned(),
            subscribe: subscribe.into(),
            publish: publish.into(),
            retention_ms: u64::try_from(retention.as_millis()).unwrap_or(u64::MAX),
            max_events,
            max_bytes,
            ordered,
            max_replay,
            max_payload_bytes: max_payload_bytes as u64,
            partitions,
            partition_by: partition_by.map(str::to_owned),
            on_gap: on_gap.into(),
            on_lag: on_lag.into(),
            max_lag,
            rate: rate.map(Into::into),
            quota: quota.map(Into::into),
            on_unavailable: on_unavailable.into(),
            family: family.map(str::to_owned),
            tenant: tenant.into(),
            audit: channel.policy.is_audited(),
            snapshot: snapshot.map(|snapshot| collector.describe(snapshot.payload)),
        }
    }
}

impl EventManifest {
    fn new(declaration: &Declaration, collector: &mut SchemaCollector) -> Option<Self> {
        let (event, action) = (declaration.event, declaration.action);
        let payload = declaration.payload()?;
        let example = event
            .and_then(|event| event.example)
            .or_else(|| action.and_then(|action| action.example));
        let docs = event
            .map(|event| event.docs)
            .filter(|docs| !docs.is_empty())
            .or_else(|| action.map(|action| action.docs));
        let deprecated = event
            .and_then(|event| event.deprecated)
            .or_else(|| action.and_then(|action| action.deprecated));
        let mut emits: Vec<String> = action
            .iter()
            .flat_map(|action| action.emits)
            .map(|name| (*name).to_owned())
            .collect();
        emits.sort_unstable();
        emits.dedup();
        Some(Self {
            name: declaration.name.to_owned(),
            channel: declaration.channel.to_owned(),
            word: declaration.word().to_owned(),
            package: declaration.origin()?.package.to_owned(),
            direction: declaration.direction,
            version: declaration.version(),
            description: docs.unwrap_or_default().to_owned(),
            deprecated: deprecated.map(str::to_owned),
            // An example that is no JSON is refused by the macro; one that serde refuses is found by `verify`.
            example: example.and_then(|example| serde_json::from_str(example).ok()),
            example_received: event
                .filter(|_| declaration.direction.is_published())
                .zip(example)
                .and_then(|(event, example)| (event.payload.canonical)(example).ok())
                .and_then(|written| serde_json::from_str(written.get()).ok()),
            rust_type: event
                .map(|event| event.type_name)
                .or_else(|| action.map(|action| action.type_name))?
                .to_owned(),
            filters: declaration.filters.clone(),
            partition_key: declaration.partition_key.clone(),
            publish: declaration.policy.publish.map(Into::into),
            rate: declaration.policy.rate.map(Into::into),
            max_payload_bytes: declaration
                .policy
                .max_payload_bytes
                .map(|bytes| bytes as u64),
            idempotent: idempotent(declaration),
            payload: collector.describe(payload),
            reply: declaration.reply().map(|reply| collector.describe(reply)),
            error: declaration.error().map(|error| collector.describe(error)),
            action: action.map(|action| ActionManifest {
                description: action.docs.to_owned(),
                emits,
                timeout_ms: action.timeout_ms,
                retry_safe: action.retry_safe,
            }),
        })
    }
}

fn idempotent(declaration: &Declaration) -> IdempotentManifest {
    match (declaration.policy.idempotent, &declaration.idempotency_key) {
        (Some(Idempotent::By(_)), Some(field)) => IdempotentManifest::By(field.clone()),
        (Some(Idempotent::Required), _) => IdempotentManifest::Required,
        _ => IdempotentManifest::Optional,
    }
}
