//! Every event and channel of a server, and the procedures they make, found by name.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use super::{actions::Pace, policies};
use crate::{
    declarations::{
        channel::{Access, ChannelPolicy},
        entry::{CanonicalFn, Declaration},
        event::Direction,
        event_policy::Idempotent,
        registry::Registry,
        registry_error::{Problem, RegistryError},
    },
    delivery::{
        adapter::{ChannelSpec, LogId},
        payload::PayloadFields,
    },
    services::{action::ActionBody, service::Services, snapshot::SnapshotBody},
    words::{
        cursor::log_tag,
        error::{Error, ErrorKind, Result},
        procedure::ProcedureKind,
    },
};

/// Every event and channel of a server, and the procedures they make.
pub(crate) struct Table {
    channels: Vec<Channel>,
    channel_by_name: HashMap<&'static str, usize>,
    events: Vec<EventInfo>,
    event_by_name: HashMap<&'static str, usize>,
    procedures: HashMap<String, Procedure>,
}

/// A channel of this server.
pub(crate) struct Channel {
    pub(crate) name: &'static str,
    pub(crate) policy: ChannelPolicy,
    pub(crate) logs: Vec<ChannelLog>,
    /// What is read of its events' payloads.
    pub(crate) fields: Arc<PayloadFields>,
    /// What makes its `pubsub:snapshot`.
    pub(crate) snapshot: Option<SnapshotBody>,
}

/// A log of a channel, and its name in cursor tokens.
pub(crate) struct ChannelLog {
    pub(crate) id: LogId,
    pub(crate) tag: u32,
}

impl ChannelLog {
    fn new(id: LogId) -> Self {
        let tag = log_tag(id.tenant.as_deref(), &id.channel, id.shard);
        Self { id, tag }
    }
}

/// An event of this server.
pub(crate) struct EventInfo {
    pub(crate) name: Arc<str>,
    pub(crate) version: u32,
    pub(crate) direction: Direction,
    /// The number of its channel.
    pub(crate) channel: usize,
    /// The payload field (its name on the wire) that decides which log of a partitioned channel an event goes to.
    pub(crate) partition_key: Option<Box<str>>,
    /// Who may send it.
    pub(crate) publish: Access,
    /// The largest payload in bytes of JSON, where it is not its channel's.
    pub(crate) max_payload: Option<usize>,
    pub(crate) id: SendId,
    pub(crate) run: Run,
}

/// Where the id comes from by which a repeated send can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendId {
    /// From the sender, who may leave it out.
    Optional,
    /// From the sender.
    Required,
    /// From this payload field (its name on the wire).
    Field(Box<str>),
}

impl SendId {
    fn of(declaration: &Declaration) -> Self {
        match (declaration.policy.idempotent, &declaration.idempotency_key) {
            (Some(Idempotent::By(_)), Some(field)) => Self::Field(field.as_str().into()),
            (Some(Idempotent::Required), _) => Self::Required,
            _ => Self::Optional,
        }
    }
}

/// What happens when a client sends an event.
pub(crate) enum Run {
    /// Its action runs.
    Action {
        timeout: Duration,
        body: ActionBody,
        pace: Arc<Pace>,
    },
    /// It is validated and published.
    Publish(CanonicalFn),
    /// Nothing: clients may not send it.
    Never,
}

/// What is behind a procedure's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Procedure {
    SendEvent,
    Subscribe,
    FetchHistory,
    /// `<channel>.<word>`: the number of the event.
    SendTyped(usize),
    /// `<channel>.subscribe`: the number of the channel.
    ChannelSubscribe(usize),
    /// `<channel>.history`.
    ChannelHistory(usize),
}

impl Procedure {
    pub(crate) const fn kind(self) -> ProcedureKind {
        match self {
            Self::SendEvent | Self::SendTyped(_) => ProcedureKind::Mutation,
            Self::Subscribe | Self::ChannelSubscribe(_) => ProcedureKind::Subscription,
            Self::FetchHistory | Self::ChannelHistory(_) => ProcedureKind::Query,
        }
    }
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The declarations, or what they need, are not in order.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The adapter cannot keep the channels, or the address cannot be listened on.
    #[error("{message}")]
    Engine {
        /// What failed, for an operator.
        message: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Table {
    /// Joins declarations with action bodies and services.
    ///
    /// # Errors
    ///
    /// What [`Registry::resolve`] finds, an action compiled out, or a service that an action needs and nobody gave.
    pub(crate) fn new(registry: &Registry, services: &Services) -> Result<Self, StartError> {
        let declarations = registry.resolve()?;
        let bodies: HashMap<(&str, &str), &ActionBody> = inventory::iter::<ActionBody>()
            .map(|body| {
                (
                    (
                        body.module.split("::").next().unwrap_or_default(),
                        body.name,
                    ),
                    body,
                )
            })
            .collect();
        let mut problems = Vec::new();
        let channels: Vec<_> = registry
            .channels()
            .iter()
            .map(|entry| {
                let (name, policy) = (entry.name, entry.policy);
                let events = declarations.iter().filter(|declaration| {
                    declaration.channel == name && declaration.direction.is_published()
                });
                policies::check_partitions(name, &policy, &mut problems);
                Channel {
                    name,
                    policy,
                    logs: Vec::new(),
                    fields: policies::payload_fields(events).into(),
                    snapshot: policies::snapshot(name, registry, services, &mut problems),
                }
            })
            .collect();
        let channel_by_name: HashMap<_, _> = channels
            .iter()
            .enumerate()
            .map(|(index, channel)| (channel.name, index))
            .collect();
        let mut events = Vec::with_capacity(declarations.len());
        for declaration in &declarations {
            let Some((index, channel)) = channel_by_name
                .get(declaration.channel)
                .and_then(|&index| Some((index, channels.get(index)?)))
            else {
                continue;
            };
            let run = run_of(declaration, &bodies, services, &mut problems);
            events.push(EventInfo {
                name: declaration.name.into(),
                version: declaration.version(),
                direction: declaration.direction,
                channel: index,
                partition_key: policies::partition_key(&channel.policy, declaration, &mut problems),
                publish: declaration.publish(&channel.policy),
                max_payload: declaration.policy.max_payload_bytes,
                id: SendId::of(declaration),
                run,
            });
        }
        if !problems.is_empty() {
            return Err(RegistryError::new(problems).into());
        }
        let event_by_name = declarations
            .iter()
            .enumerate()
            .map(|(index, declaration)| (declaration.name, index))
            .collect();
        let procedures = procedures(&channels, &declarations);
        Ok(Self {
            channels,
            channel_by_name,
            events,
            event_by_name,
            procedures,
        })
    }

    /// What an adapter is asked to keep for channel number `index`.
    pub(crate) fn specs(&self) -> Vec<ChannelSpec> {
        let spec = |Channel { name, policy, .. }: &Channel| ChannelSpec {
            partitions: policy.partitions,
            ..ChannelSpec::new(*name, policy.retention, policy.max_events, policy.max_bytes)
        };
        self.channels.iter().map(spec).collect()
    }

    /// Notes the logs that the adapter named, in the order of the channels.
    pub(crate) fn set_logs(&mut self, logs: Vec<Vec<LogId>>) {
        for (channel, logs) in self.channels.iter_mut().zip(logs) {
            channel.logs = logs.into_iter().map(ChannelLog::new).collect();
        }
    }

    pub(crate) fn procedure(&self, path: &str) -> Option<Procedure> {
        self.procedures.get(path).copied()
    }

    /// The path of a procedure, for messages: it is searched for.
    pub(crate) fn path(&self, procedure: Procedure) -> &str {
        let mut all = self.procedures.iter();
        all.find(|(_, known)| **known == procedure)
            .map_or("", |(path, _)| path)
    }

    pub(crate) fn channel_at(&self, index: usize) -> Result<&Channel> {
        self.channels
            .get(index)
            .ok_or_else(|| Error::internal("a channel number is out of range"))
    }

    pub(crate) fn event_at(&self, index: usize) -> Result<&EventInfo> {
        self.events
            .get(index)
            .ok_or_else(|| Error::internal("an event number is out of range"))
    }

    /// The channel with this name.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND`.
    pub(crate) fn channel(&self, name: &str) -> Result<&Channel> {
        let index = self
            .channel_by_name
            .get(name)
            .ok_or_else(|| not_found("channel", name))?;
        self.channel_at(*index)
    }

    /// The number of the event with this name.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND`.
    pub(crate) fn event_number(&self, name: &str) -> Result<usize> {
        self.event_by_name
            .get(name)
            .copied()
            .ok_or_else(|| not_found("event", name))
    }

    /// The event with this name.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND`.
    pub(crate) fn event(&self, name: &str) -> Result<&EventInfo> {
        self.event_at(self.event_number(name)?)
    }
}

fn not_found(what: &str, name: &str) -> Error {
    const SHOWN: usize = 100;
    let shown: String = name.chars().take(SHOWN).collect();
    Error::new(ErrorKind::NotFound, format!("unknown {what} `{shown}`"))
}

fn run_of(
    declaration: &Declaration,
    bodies: &HashMap<(&str, &str), &ActionBody>,
    services: &Services,
    problems: &mut Vec<Problem>,
) -> Run {
    let Some(entry) = declaration.action else {
        return match declaration.event {
            Some(event) if event.reply.is_some() => {
                problems.push(Problem::no_action(declaration, event.type_name));
                Run::Never
            }
            Some(event) if declaration.direction.is_client_sent() => {
                Run::Publish(event.payload.canonical)
            }
            _ => Run::Never,
        };
    };
    let Some(body) = bodies.get(&(entry.origin.crate_name(), entry.name)) else {
        let package = entry.origin.package;
        let of = if entry.is_attached {
            "`pubsub-runtime` for crate"
        } else {
            "crate"
        };
        problems.push(Problem::new(
            format!("action `{}` was compiled out", entry.name),
            format!("enable feature `server` of {of} `{package}`"),
            &[],
        ));
        return Run::Never;
    };
    for key in (body.services)() {
        if !services.contains(key) {
            problems.push(Problem::new(
                format!(
                    "action `{}` needs service `{}`, which the server does not have",
                    entry.name,
                    key.name()
                ),
                "add `.service(…)` to the builder",
                &[entry.origin],
            ));
        }
    }
    Run::Action {
        timeout: Duration::from_millis(entry.timeout_ms),
        body: **body,
        pace: Arc::default(),
    }
}

fn procedures(channels: &[Channel], declarations: &[Declaration]) -> HashMap<String, Procedure> {
    let mut procedures = HashMap::from([
        ("sendEvent".to_owned(), Procedure::SendEvent),
        ("subscribe".to_owned(), Procedure::Subscribe),
        ("fetchHistory".to_owned(), Procedure::FetchHistory),
    ]);
    for (index, channel) in channels.iter().enumerate() {
        if channel.policy.subscribe != Access::None {
            procedures.insert(
                format!("{}.subscribe", channel.name),
                Procedure::ChannelSubscribe(index),
            );
            procedures.insert(
                format!("{}.history", channel.name),
                Procedure::ChannelHistory(index),
            );
        }
    }
    for (index, declaration) in declarations.iter().enumerate() {
        if declaration.direction.is_client_sent() {
            procedures.insert(
                format!("{}.{}", declaration.channel, declaration.word()),
                Procedure::SendTyped(index),
            );
        }
    }
    procedures
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("procedures", &self.procedures.keys())
            .finish_non_exhaustive()
    }
}
