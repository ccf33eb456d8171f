//! What subscriptions receive beside events, and what they may ask for.

use std::{collections::BTreeMap, fmt::Write as _};

use pubsub_runtime::{AccessManifest, Manifest};

use crate::model::{Direction, Docs, Graph, Shape};

use super::{docs, envelope, shape::Types, words};

/// The fields that a channel can be filtered by, by their names.
type Fields<'m> = BTreeMap<&'m str, Field<'m>>;

#[derive(Debug)]
struct Field<'m> {
    shape: Shape,
    /// The events that have it.
    events: Vec<&'m str>,
}

/// The filters of every channel that has some and that clients may read.
pub(super) struct Filters<'m>(BTreeMap<&'m str, Fields<'m>>);

impl<'m> Filters<'m> {
    pub(super) fn of(manifest: &'m Manifest, graph: &Graph) -> Self {
        let mut channels: BTreeMap<&str, Fields<'_>> = BTreeMap::new();
        for event in &manifest.events {
            let readable = manifest.channels.iter().any(|channel| {
                channel.name == event.channel && channel.subscribe != AccessManifest::None
            });
            let payload = graph
                .event(&event.name)
                .and_then(|types| types.received.as_ref());
            let (true, Some(payload)) = (readable, payload) else {
                continue;
            };
            for name in &event.filters {
                let Some(shape) = graph.member(payload, name) else {
                    continue;
                };
                let fields = channels.entry(&event.channel).or_default();
                add(fields, name, shape, &[&event.name]);
            }
        }
        Self(channels)
    }

    /// Whether the channel has any.
    pub(super) fn has(&self, channel: &str) -> bool {
        self.0.contains_key(channel)
    }

    /// The types of filters, and of the input of `subscribe`.
    pub(super) fn types(&self, graph: &Graph) -> String {
        if self.0.is_empty() {
            return WITHOUT_FILTERS.to_owned();
        }
        let types = Types {
            graph,
            direction: Direction::Output,
            prefix: "",
        };
        let mut text = FILTERS_HEAD.to_owned();
        for (channel, fields) in &self.0 {
            let members = members(&types, fields, 4);
            let _ = write!(text, "  {}: {{\n{members}  }};\n", words::member(channel));
        }
        text.push_str("}\n");
        text.push_str(FILTERED);
        let several: Vec<_> = self.0.keys().collect();
        let of_several = if let [one] = several.as_slice() {
            format!("Filters[{}]", words::text(one))
        } else {
            let mut all = Fields::new();
            for fields in self.0.values() {
                for (name, field) in fields {
                    add(&mut all, name, field.shape.clone(), &field.events);
                }
            }
            let members = members(&types, &all, 2);
            let _ = writeln!(text, "{FILTER_FIELDS}{members}}}");
            "FilterFields".to_owned()
        };
        let _ = write!(
            text,
            "{SUBSCRIBE_INPUT_HEAD}  filters?: {of_several};\n}}\n{SUBSCRIBE_INPUT}"
        );
        for channel in self.0.keys() {
            let name = words::text(channel);
            let _ = write!(text, "\n  | (Filtered<{name}> & {{ channel: {name} }})");
        }
        text.push_str(";\n");
        text
    }
}

fn add<'m>(fields: &mut Fields<'m>, name: &'m str, shape: Shape, events: &[&'m str]) {
    let field = fields.entry(name).or_insert_with(|| Field {
        shape: Shape::Never,
        events: Vec::new(),
    });
    field.shape = Shape::union([std::mem::replace(&mut field.shape, Shape::Never), shape]);
    field.events.extend(events);
}

fn members(types: &Types<'_>, fields: &Fields<'_>, indent: usize) -> String {
    let pad = " ".repeat(indent);
    fields
        .iter()
        .fold(String::new(), |mut text, (name, field)| {
            let events: Vec<_> = field
                .events
                .iter()
                .map(|event| format!("`{event}`"))
                .collect();
            let said = Docs {
                text: format!("Of {}.", events.join(", ")),
                deprecated: None,
            };
            text.push_str(&docs::comment(&said, indent));
            let list = types.shape(&Shape::List(Box::new(field.shape.clone())), indent);
            let one = types.shape(&field.shape, indent);
            let name = words::member(name);
            let _ = writeln!(text, "{pad}{name}?: {one} | readonly {list};");
            text
        })
}

/// The snapshots of the channels that have one, and what subscriptions receive.
pub(super) fn received(manifest: &Manifest, graph: &Graph) -> String {
    let types = Types {
        graph,
        direction: Direction::Output,
        prefix: "",
    };
    let readable = || {
        let channels = manifest.channels.iter();
        channels.filter(|channel| channel.subscribe != AccessManifest::None)
    };
    let mut text = String::new();
    let mut of_channel = "Channels[C]".to_owned();
    if readable().any(|channel| graph.snapshot(&channel.name).is_some()) {
        text.push_str(SNAPSHOTS_HEAD);
        for channel in readable() {
            let snapshot = graph.snapshot(&channel.name).map_or_else(
                || "never".to_owned(),
                |shape| envelope::snapshot(&channel.name, &types.shape(shape, 2)),
            );
            let _ = writeln!(text, "  {}: {snapshot};", words::member(&channel.name));
        }
        text.push_str("}\n");
        of_channel.push_str(" | Snapshots[C]");
    }
    let _ = write!(
        text,
        "/** What a subscription of the channel receives. */
export type ChannelEvent<C extends ChannelNames> = {of_channel} | SystemEvent;
"
    );
    text
}

const SNAPSHOTS_HEAD: &str = "
/** What stands for lost history, by channel: it follows the gap, and the events after it follow it; `never` where there is none. */
export interface Snapshots {
";

const FILTERS_HEAD: &str = "
/**
 * What the subscriptions of a channel can be filtered by: at most 16 members, a list of 1 to 100 values each. Every member that
 * is given has to match, a list matches with any of its values, and an event without the member does not match.
 */
export interface Filters {
";

const FILTERED: &str = "
/** Where a subscription of a channel starts, and what it receives. */
export interface Filtered<C extends keyof Filters> extends SubscribeOptions {
  /** Receives only the events that match; system events are told always. */
  filters?: Filters[C];
}
";

const FILTER_FIELDS: &str = "
/** What a subscription of several channels can be filtered by: the members of all of them. */
export interface FilterFields {
";

const SUBSCRIBE_INPUT_HEAD: &str = "
/** One channel or several, without filters. */
interface Unfiltered extends SubscribeOptions {
  /** The channel, or the channels; at most 32. */
  channel: ChannelNames | readonly ChannelNames[];
  /** They go with a list, or with the name of a channel that has some. */
  filters?: never;
}
/** Several channels, with filters. */
interface FilteredList extends SubscribeOptions {
  /** The channels, at most 32. A filter that none of them has is refused, and an event without the member does not match. */
  channel: readonly ChannelNames[];
  /** Receives only the events that match; system events are told always. */
";

const SUBSCRIBE_INPUT: &str = "
/** One channel or several, where to start, and what to receive. */
export type SubscribeInput =
  | Unfiltered
  | FilteredList";

const WITHOUT_FILTERS: &str = "
/** One channel or several, and where to start. */
export interface SubscribeInput extends SubscribeOptions {
  /** The channel, or the channels; at most 32. */
  channel: ChannelNames | readonly ChannelNames[];
}
";
