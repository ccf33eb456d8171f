//! Every declaration of one or more domain crates.

use std::collections::BTreeMap;

use super::{
    agreement,
    entry::{ActionEntry, ChannelEntry, Declaration, EventEntry, Origin, SnapshotEntry},
    event::Direction,
    manifest::Manifest,
    registry_error::{Problem, RegistryError},
    schema::SchemaCollector,
};
use crate::words::name::split_event_name;

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
    snapshots: Vec<SnapshotEntry>,
    /// What narrowing found.
    problems: Vec<Problem>,
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
        let events: Vec<EventEntry> = inventory::iter::<EventEntry>()
            .filter(|event| of_domain(&event.origin))
            .copied()
            .collect();
        // The action of an event declared here may stand in any crate.
        let of_event = |action: &ActionEntry| {
            events
                .iter()
                .any(|event| (event.type_id)() == (action.type_id)())
        };
        Self {
            domains: vec![domain],
            channels: channels.iter().map(|channel| (domain, *channel)).collect(),
            actions: inventory::iter::<ActionEntry>()
                .filter(|action| {
                    if action.is_attached {
                        of_event(action)
                    } else {
                        of_domain(&action.origin)
                    }
                })
                .copied()
                .collect(),
            events,
            snapshots: inventory::iter::<SnapshotEntry>()
                .filter(|snapshot| of_domain(&snapshot.origin))
                .copied()
                .collect(),
            problems: Vec::new(),
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
            snapshots: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The same registry with these snapshots, written by hand.
    #[must_use]
    pub fn with_snapshots(mut self, snapshots: impl IntoIterator<Item = SnapshotEntry>) -> Self {
        self.snapshots.extend(snapshots);
        self
    }

    /// Joins the declarations of two domains; a channel or event that both declare is an error of [`Registry::resolve`].
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.domains.extend(other.domains);
        self.channels.extend(other.channels);
        self.events.extend(other.events);
        self.actions.extend(other.actions);
        self.snapshots.extend(other.snapshots);
        self.problems.extend(other.problems);
        self
    }

    /// Keeps only these channels and their events; a name that is not declared is an error of [`Registry::resolve`].
    #[must_use]
    pub fn only<C: AsRef<str>>(mut self, channels: impl IntoIterator<Item = C>) -> Self {
        let kept: Vec<C> = channels.into_iter().collect();
        let keeps = |channel: &str| kept.iter().any(|name| name.as_ref() == channel);
        for name in &kept {
            if !self
                .channels
                .iter()
                .any(|(_, channel)| channel.name == name.as_ref())
            {
                let known = self.channels.iter().map(|(_, channel)| channel.name);
                self.problems
                    .push(Problem::unknown_only(name.as_ref(), known));
            }
        }
        self.channels.retain(|(_, channel)| keeps(channel.name));
        self.events.retain(|event| keeps(event.channel));
        self.actions.retain(|action| keeps(action.channel));
        self.snapshots.retain(|snapshot| keeps(snapshot.channel));
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
        let mut channels: Vec<_> = self.channels.iter().map(|(_, channel)| *channel).collect();
        channels.sort_unstable_by_key(|channel| channel.name);
        channels
    }

    /// The snapshots, sorted by channel.
    pub fn snapshots(&self) -> Vec<SnapshotEntry> {
        let mut snapshots = self.snapshots.clone();
        snapshots.sort_unstable_by_key(|snapshot| snapshot.channel);
        snapshots
    }

    /// Joins payloads and actions, sorted by name.
    ///
    /// # Errors
    ///
    /// Every problem at once: nothing declared, a channel or event declared twice, an event on an undeclared channel, an
    /// action whose payload is another type than its event's, a direction that contradicts what is declared, a filter or
    /// partition key that is no scalar, an id of a send that not every payload has, an event without the key of its partitioned
    /// channel, a channel that has not exactly the snapshot its policy asks for.
    pub fn resolve(&self) -> Result<Vec<Declaration>, RegistryError> {
        self.resolve_with(&mut SchemaCollector::new())
    }

    /// [`Registry::resolve`]; the schemas of the payloads are gathered on the way.
    fn resolve_with(
        &self,
        schemas: &mut SchemaCollector,
    ) -> Result<Vec<Declaration>, RegistryError> {
        let mut problems = self.problems.clone();
        self.check_channels(&mut problems);

        let mut declarations: BTreeMap<&'static str, Declaration> = BTreeMap::new();
        for event in &self.events {
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
        for action in &self.actions {
            let declaration = declarations
                .entry(action.name)
                .or_insert_with(|| Declaration::empty(action.name, action.channel));
            match declaration.action {
                Some(first) => problems.push(Problem::duplicate_action(&first, action)),
                None => declaration.action = Some(*action),
            }
        }
        if declarations.is_empty() {
            problems.push(Problem::empty(&self.domains()));
        }
        for action in &self.actions {
            for emitted in action
                .emits
                .iter()
                .filter(|name| !declarations.contains_key(*name))
            {
                problems.push(Problem::emits_unknown(action, emitted));
            }
        }
        for declaration in declarations.values_mut() {
            self.check_declaration(declaration, &mut problems);
        }
        let payloads: Vec<_> = declarations
            .values()
            .filter_map(|declaration| Some(declaration.event?.payload))
            .collect();
        schemas.gather(&payloads);
        let channels = self.channels();
        agreement::check_fields(&channels, declarations.values_mut(), schemas, &mut problems);
        agreement::check_idempotency(declarations.values_mut(), schemas, &mut problems);
        agreement::check_snapshots(&channels, &self.snapshots(), &mut problems);
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
            // Its action may be anywhere.
            (Some(event), None) if event.reply.is_some() => Direction::Both,
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
        let policy = channel.map(|(_, channel)| channel.policy);
        agreement::check_policy(declaration, policy.as_ref(), problems);
    }

    /// Everything declared, as plain data.
    ///
    /// # Errors
    ///
    /// As [`Registry::resolve`].
    pub fn manifest(&self) -> Result<Manifest, RegistryError> {
        let mut schemas = SchemaCollector::new();
        let declarations = self.resolve_with(&mut schemas)?;
        Ok(Manifest::new(
            &self.domains(),
            &self.channels(),
            &declarations,
            &self.snapshots(),
            schemas,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::channel::ChannelPolicy;

    const fn domain(package: &'static str) -> Domain {
        Domain {
            package,
            crate_name: package,
        }
    }

    fn channel(name: &'static str) -> ChannelEntry {
        ChannelEntry {
            name,
            docs: "",
            policy: ChannelPolicy::DEFAULT,
        }
    }

    fn action(
        name: &'static str,
        channel: &'static str,
        emits: &'static [&'static str],
    ) -> ActionEntry {
        let origin = Origin {
            package: "p",
            module: "p",
            file: "src/lib.rs",
            line: 1,
        };
        ActionEntry {
            emits,
            ..ActionEntry::new::<String, String>(name, channel, "act", "String", origin)
        }
    }

    fn registry(
        name: &'static str,
        channels: &[&'static str],
        actions: Vec<ActionEntry>,
    ) -> Registry {
        let channels = channels.iter().copied().map(channel).collect();
        Registry::from_entries(domain(name), channels, Vec::new(), actions)
    }

    #[test]
    fn narrowing_one_registry_leaves_what_it_is_merged_with() {
        let a = registry(
            "a",
            &["orders"],
            vec![action("orders:created", "orders", &[])],
        );
        let b = registry(
            "b",
            &["users", "mail"],
            vec![
                action("users:joined", "users", &[]),
                action("mail:sent", "mail", &[]),
            ],
        );
        let names = |registry: &Registry| {
            registry
                .resolve()
                .unwrap()
                .iter()
                .map(|event| event.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(&a.merge(b.only(["users"]))),
            ["orders:created", "users:joined"]
        );
    }

    #[test]
    fn every_problem_is_told_with_its_remedy() {
        let orders = || action("orders:created", "orders", &["mail:sent"]);
        let twice = registry(
            "a",
            &["orders"],
            vec![
                orders(),
                orders(),
                action("orders:Bad", "orders", &[]),
                action("x:y", "x", &[]),
            ],
        );
        let error = twice
            .merge(registry("b", &["orders"], Vec::new()))
            .only(["orders", "x", "none"])
            .resolve()
            .unwrap_err();
        let told = error.to_string();
        for expected in [
            "channel `orders` is declared by `a` and by `b`; rename one of them",
            "event `orders:created` has two actions; keep one",
            "action `orders:created` emits `mail:sent`, which is not part of this registry; merge",
            "`orders:Bad` is no event name of channel `orders`; write",
            "event `x:y` is on channel `x`, which is not declared; add `channel x { }` to `domain!`",
            "`.only([…])` names channel `none`, which is not declared; declared are `orders`",
            "at src/lib.rs:1",
        ] {
            assert!(told.contains(expected), "{expected}\n---\n{told}");
        }
    }
}
