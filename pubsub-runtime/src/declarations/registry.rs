//! Every declaration of one or more domain crates.

use std::{any::TypeId, collections::BTreeMap, fmt};

use super::{
    channel::{Access, ChannelPolicy},
    event::Direction,
    manifest::Manifest,
    refusal::Refusal,
    registry_error::{Problem, RegistryError},
    schema::SchemaFn,
};
use crate::words::name::split_event_name;

/// Where a declaration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The cargo package.
    pub package: &'static str,
    /// The module path; its first segment is the crate.
    pub module: &'static str,
    /// The source file, for messages only: it never reaches an artefact.
    pub file: &'static str,
    /// The line, for messages only.
    pub line: u32,
}

impl Origin {
    /// The name of the crate, as in paths.
    pub fn crate_name(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A channel as `domain!` declares it.
#[derive(Debug, Clone, Copy)]
pub struct ChannelEntry {
    /// Its name, such as `orders`.
    pub name: &'static str,
    /// Its doc comment; empty if there is none.
    pub docs: &'static str,
    /// Its policy.
    pub policy: ChannelPolicy,
}

/// A payload type with `#[event]`, as the macro submits it.
#[derive(Debug, Clone, Copy)]
pub struct EventEntry {
    /// The full name, such as `orders:created`.
    pub name: &'static str,
    /// The channel, such as `orders`.
    pub channel: &'static str,
    /// The Rust name of the payload type.
    pub type_name: &'static str,
    /// The identity of the payload type.
    pub type_id: fn() -> TypeId,
    /// Where it stands.
    pub origin: Origin,
    /// The word `direction`, if written.
    pub direction: Option<Direction>,
    /// The word `version`, default 1.
    pub version: u32,
    /// The doc comment; empty if there is none.
    pub docs: &'static str,
    /// The note of `#[deprecated]`; empty if it has none, `None` if the event is not deprecated.
    pub deprecated: Option<&'static str>,
    /// The word `example`: one payload as JSON.
    pub example: Option<&'static str>,
    /// The schema of the payload.
    pub payload: SchemaFn,
    /// The schema of the word `reply`.
    pub reply: Option<SchemaFn>,
    /// The schema of the word `error`.
    pub error: Option<SchemaFn>,
    /// Reads and writes the payload again, for events that clients may publish without an action.
    pub canonical: CanonicalFn,
}

/// Reads a payload with serde and writes it again, so that what subscribers receive has the output shape.
pub type CanonicalFn = fn(&str) -> Result<Box<serde_json::value::RawValue>, Refusal>;

/// An action fn with `#[event]`, as the macro submits it; its body is another entry, in server builds only.
#[derive(Debug, Clone, Copy)]
pub struct ActionEntry {
    /// The full name of the event that runs it.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// The Rust name of the fn.
    pub fn_name: &'static str,
    /// The Rust name of the payload type.
    pub type_name: &'static str,
    /// The identity of the payload type.
    pub type_id: fn() -> TypeId,
    /// Where it stands.
    pub origin: Origin,
    /// The word `direction`, if written.
    pub direction: Option<Direction>,
    /// The word `version`, if written.
    pub version: Option<u32>,
    /// The doc comment; empty if there is none.
    pub docs: &'static str,
    /// The note of `#[deprecated]`; empty if it has none, `None` if the action is not deprecated.
    pub deprecated: Option<&'static str>,
    /// The word `example`.
    pub example: Option<&'static str>,
    /// The word `timeout`, in milliseconds, default 30,000.
    pub timeout_ms: u64,
    /// The names of the events in `emits(…)`.
    pub emits: &'static [&'static str],
    /// The schema of the payload.
    pub payload: SchemaFn,
    /// The schema of the reply.
    pub reply: SchemaFn,
    /// The schema of what clients see of the error; `None` if it cannot fail.
    pub error: Option<SchemaFn>,
}

inventory::collect!(EventEntry);
inventory::collect!(ActionEntry);

/// One event, its payload declaration and its action joined.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The full name.
    pub name: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// Who may start it, from what is declared.
    pub direction: Direction,
    /// The payload type's declaration.
    pub event: Option<EventEntry>,
    /// The action's declaration.
    pub action: Option<ActionEntry>,
}

impl Declaration {
    /// The part after the colon.
    pub fn word(&self) -> &'static str {
        self.name
            .split_once(':')
            .map_or(self.name, |(_, word)| word)
    }

    /// The version: of the payload type, else of the action, else 1.
    pub fn version(&self) -> u32 {
        self.event
            .map(|event| event.version)
            .or_else(|| self.action.and_then(|action| action.version))
            .unwrap_or(1)
    }

    /// Where its first part stands.
    pub fn origin(&self) -> Option<Origin> {
        self.event
            .map(|event| event.origin)
            .or_else(|| self.action.map(|action| action.origin))
    }
}

/// One domain crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Domain {
    /// The cargo package.
    pub package: &'static str,
    /// The crate's name, as in paths.
    pub crate_name: &'static str,
}

/// Every declaration of one or more domain crates, as `domain!`'s `registry()` gathers them.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    domains: Vec<Domain>,
    channels: Vec<(Domain, ChannelEntry)>,
    events: Vec<EventEntry>,
    actions: Vec<ActionEntry>,
    only: Option<Vec<String>>,
}

impl Registry {
    /// Gathers what the crate of `module` declared.
    #[doc(hidden)]
    pub fn collect(
        package: &'static str,
        module: &'static str,
        channels: &'static [ChannelEntry],
    ) -> Self {
        let domain = Domain {
            package,
            crate_name: module.split("::").next().unwrap_or(module),
        };
        let of_domain = |origin: &Origin| origin.crate_name() == domain.crate_name;
        Self {
            domains: vec![domain],
            channels: channels.iter().map(|channel| (domain, *channel)).collect(),
            events: inventory::iter::<EventEntry>()
                .filter(|event| of_domain(&event.origin))
                .copied()
                .collect(),
            actions: inventory::iter::<ActionEntry>()
                .filter(|action| of_domain(&action.origin))
                .copied()
                .collect(),
            only: None,
        }
    }

    /// A registry written by hand.
    pub fn from_entries(
        domain: Domain,
        channels: Vec<ChannelEntry>,
        events: Vec<EventEntry>,
        actions: Vec<ActionEntry>,
    ) -> Self {
        Self {
            domains: vec![domain],
            channels: channels
                .into_iter()
                .map(|channel| (domain, channel))
                .collect(),
            events,
            actions,
            only: None,
        }
    }

    /// Joins the declarations of two domains; a channel or event that both declare is an error of [`Registry::resolve`].
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.domains.extend(other.domains);
        self.channels.extend(other.channels);
        self.events.extend(other.events);
        self.actions.extend(other.actions);
        if let Some(only) = other.only {
            self.only.get_or_insert_default().extend(only);
        }
        self
    }

    /// Keeps only these channels.
    #[must_use]
    pub fn only<C: Into<String>>(mut self, channels: impl IntoIterator<Item = C>) -> Self {
        self.only = Some(channels.into_iter().map(Into::into).collect());
        self
    }

    /// The domain crates, sorted.
    pub fn domains(&self) -> Vec<Domain> {
        let mut domains = self.domains.clone();
        domains.sort_unstable();
        domains.dedup();
        domains
    }

    /// The channels, sorted by name.
    pub fn channels(&self) -> Vec<ChannelEntry> {
        let mut channels: Vec<_> = self
            .channels
            .iter()
            .map(|(_, channel)| *channel)
            .filter(|channel| self.keeps(channel.name))
            .collect();
        channels.sort_unstable_by_key(|channel| channel.name);
        channels
    }

    fn keeps(&self, channel: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.iter().any(|name| name == channel))
    }

    /// Joins payloads and actions, sorted by name.
    ///
    /// # Errors
    ///
    /// Every problem at once: nothing declared, a channel or event declared twice, an event on an undeclared channel, an
    /// action whose payload is another type than its event's, a direction that contradicts what is declared.
    pub fn resolve(&self) -> Result<Vec<Declaration>, RegistryError> {
        let mut problems = Vec::new();
        self.check_channels(&mut problems);

        let mut declarations: BTreeMap<&'static str, Declaration> = BTreeMap::new();
        for event in self.events.iter().filter(|event| self.keeps(event.channel)) {
            let declaration = declarations
                .entry(event.name)
                .or_insert_with(|| Declaration::empty(event.name, event.channel));
            match declaration.event {
                Some(first) => problems.push(Problem::duplicate_event(
                    event.name,
                    first.origin,
                    event.origin,
                )),
                None => declaration.event = Some(*event),
            }
        }
        for action in self
            .actions
            .iter()
            .filter(|action| self.keeps(action.channel))
        {
            let declaration = declarations
                .entry(action.name)
                .or_insert_with(|| Declaration::empty(action.name, action.channel));
            match declaration.action {
                Some(first) => problems.push(Problem::duplicate_action(
                    action.name,
                    first.origin,
                    action.origin,
                )),
                None => declaration.action = Some(*action),
            }
        }
        if declarations.is_empty() {
            problems.push(Problem::empty(&self.domains()));
        }
        for declaration in declarations.values_mut() {
            self.check_declaration(declaration, &mut problems);
        }
        if problems.is_empty() {
            Ok(declarations.into_values().collect())
        } else {
            Err(RegistryError::new(problems))
        }
    }

    fn check_channels(&self, problems: &mut Vec<Problem>) {
        let mut seen: BTreeMap<&str, Domain> = BTreeMap::new();
        for (domain, channel) in &self.channels {
            if let Some(first) = seen.insert(channel.name, *domain) {
                problems.push(Problem::duplicate_channel(channel.name, first, *domain));
            }
        }
        for name in self.only.iter().flatten() {
            if !seen.contains_key(name.as_str()) {
                problems.push(Problem::unknown_only(name, seen.keys().copied()));
            }
        }
    }

    fn check_declaration(&self, declaration: &mut Declaration, problems: &mut Vec<Problem>) {
        if split_event_name(declaration.name)
            .is_none_or(|(channel, _)| channel != declaration.channel)
        {
            problems.push(Problem::bad_name(declaration));
        }
        let channel = self
            .channels
            .iter()
            .find(|(_, channel)| channel.name == declaration.channel);
        if channel.is_none() {
            problems.push(Problem::undeclared_channel(declaration));
        }
        let written = declaration
            .event
            .and_then(|event| event.direction)
            .or_else(|| declaration.action.and_then(|action| action.direction));
        declaration.direction = written.unwrap_or(match (declaration.event, declaration.action) {
            (Some(_), Some(_)) => Direction::Both,
            (None, Some(_)) => Direction::Cse,
            _ => Direction::Sse,
        });
        match (declaration.event, declaration.action) {
            (Some(event), Some(action)) if (event.type_id)() != (action.type_id)() => {
                problems.push(Problem::payload_mismatch(&event, &action));
            }
            (Some(_), Some(action)) if declaration.direction == Direction::Sse => {
                problems.push(Problem::action_unreachable(&action));
            }
            (Some(event), None)
                if declaration.direction == Direction::Cse && event.reply.is_none() =>
            {
                problems.push(Problem::nothing_happens(&event));
            }
            (None, Some(action)) if declaration.direction.is_published() => {
                problems.push(Problem::publishes_no_event(&action));
            }
            _ => {}
        }
        if declaration.direction.is_client_sent()
            && channel.is_some_and(|(_, channel)| channel.policy.publish == Access::None)
        {
            problems.push(Problem::unsendable(declaration));
        }
    }

    /// Everything declared, as plain data.
    ///
    /// # Errors
    ///
    /// As [`Registry::resolve`].
    pub fn manifest(&self) -> Result<Manifest, RegistryError> {
        Ok(Manifest::new(
            &self.domains(),
            &self.channels(),
            &self.resolve()?,
        ))
    }
}

impl Declaration {
    fn empty(name: &'static str, channel: &'static str) -> Self {
        Self {
            name,
            channel,
            direction: Direction::Sse,
            event: None,
            action: None,
        }
    }
}
