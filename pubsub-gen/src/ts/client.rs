//! `events-client.d.ts`: payloads, envelopes and the maps from names to types.

use std::fmt::Write as _;

use pubsub_runtime::{AccessManifest, EventManifest, IdempotentManifest, Manifest};

use crate::model::{Direction, Docs, Graph, Shape};

use super::{docs, envelope, shape::Types, subscribe, words};

/// The text of `events-client.d.ts`, without its first line.
pub(crate) fn events_client(manifest: &Manifest, graph: &Graph) -> String {
    let mut text = String::new();
    for (name, (direction, definition)) in graph.needed() {
        text.push('\n');
        text.push_str(&types(graph, direction).definition(name, definition));
    }
    text.push('\n');
    text.push_str(&envelope::common());
    text.push_str(&events(manifest, graph));
    text.push_str(EVENT_ALIASES);
    text.push_str(&channels(manifest));
    text.push_str(&subscribe::received(manifest, graph));
    text.push_str(&operations(manifest, graph));
    text.push_str(&subscribe::Filters::of(manifest, graph).types(graph));
    text.push_str(FETCH_HISTORY);
    text.push_str(super::NOTHING_ELSE);
    text
}

const FETCH_HISTORY: &str = "
/** Which part of the history of one channel or several: with `since` or `cursor` what follows, else the newest. */
export interface FetchHistoryInput {
  /** The channel, or the channels; at most 32. */
  channel: ChannelNames | readonly ChannelNames[];
  /** A time (inclusive) or the id of an event (exclusive). */
  since?: string;
  /** How many events: 1 to 1000; 100 if absent. */
  limit?: number;
  /** The place to read after, as a subscription, a page of history or an answer told it. */
  cursor?: string;
}
";

const EVENT_ALIASES: &str = "
/** The name of a declared event. */
export type EventNames = keyof Events;
/** What subscribers receive; `never` if the event is not published. */
export type EventPayload<N extends EventNames> = Events[N]['payload'];
/** What clients may send; `never` if they may not. */
export type EventInput<N extends EventNames> = Events[N]['input'];
/** What the sender is answered; `never` if clients may not send the event. */
export type EventReply<N extends EventNames> = Events[N]['reply'];
/** What the sender is told of a failure; `never` if nothing is declared. */
export type EventError<N extends EventNames> = Events[N]['error'];
/** Every declared error, as it stands in `error.data.event`. */
export type EventErrors = Events[EventNames]['error'];
";

fn types(graph: &Graph, direction: Direction) -> Types<'_> {
    Types {
        graph,
        direction,
        prefix: "",
    }
}

fn events(manifest: &Manifest, graph: &Graph) -> String {
    let mut text = "\n/** Every declared event. */\nexport interface Events {\n".to_owned();
    for event in &manifest.events {
        let said = Docs {
            text: docs::with_example(&event.description, event.example.as_ref()),
            deprecated: event.deprecated.clone(),
        };
        text.push_str(&docs::comment(&said, 2));
        let _ = write!(
            text,
            "  {}: {{\n{}  }};\n",
            words::text(&event.name),
            members(event, graph)
        );
    }
    text.push_str("}\n");
    text
}

fn members(event: &EventManifest, graph: &Graph) -> String {
    let (output, input) = (
        types(graph, Direction::Output),
        types(graph, Direction::Input),
    );
    let never = || "never".to_owned();
    let print = |types: &Types<'_>, shape: Option<&Shape>| {
        shape.map_or_else(never, |shape| types.shape(shape, 4))
    };
    let Some(found) = graph.event(&event.name) else {
        return String::new();
    };
    let payload = print(&output, found.received.as_ref());
    let name = words::text(&event.name);
    let channel = words::text(&event.channel);
    let envelope = match found.received {
        Some(_) => format!("EventEnvelope<{name}, {payload}, {channel}>"),
        None => never(),
    };
    let direction = if event.direction.is_client_sent() {
        if event.direction.is_published() {
            "both"
        } else {
            "cse"
        }
    } else {
        "sse"
    };
    let members = [
        ("channel", channel),
        ("direction", words::text(direction)),
        ("version", event.version.to_string()),
        ("payload", payload),
        ("input", print(&input, found.sent.as_ref())),
        ("reply", print(&output, found.reply.as_ref())),
        ("error", print(&output, found.error.as_ref())),
        ("envelope", envelope),
    ];
    members
        .iter()
        .fold(String::new(), |mut text, (member, shape)| {
            let _ = writeln!(text, "    {member}: {shape};");
            text
        })
}

fn channels(manifest: &Manifest) -> String {
    let mut text =
        "\n/** Every channel that clients may read, with what is published on it. */\nexport interface Channels {\n"
            .to_owned();
    for channel in &manifest.channels {
        if channel.subscribe == AccessManifest::None {
            continue;
        }
        let said = Docs {
            text: channel.description.clone(),
            deprecated: None,
        };
        text.push_str(&docs::comment(&said, 2));
        let envelopes = manifest
            .events
            .iter()
            .filter(|event| event.channel == channel.name && event.direction.is_published())
            .map(envelope_of);
        let _ = writeln!(
            text,
            "  {}:{};",
            words::member(&channel.name),
            alternatives(envelopes, "    ")
        );
    }
    text.push_str(
        "}
/** The name of a channel that clients may read. */
export type ChannelNames = keyof Channels;
",
    );
    text
}

fn envelope_of(event: &EventManifest) -> String {
    format!("Events[{}]['envelope']", words::text(&event.name))
}

/// What follows a colon or an equals sign: one of several types; `never` if there are none.
fn alternatives(members: impl IntoIterator<Item = String>, pad: &str) -> String {
    let members: Vec<_> = members.into_iter().collect();
    match members.as_slice() {
        [] => " never".to_owned(),
        [one] => format!(" {one}"),
        many => many.iter().fold(String::new(), |mut text, member| {
            let _ = write!(text, "\n{pad}| {member}");
            text
        }),
    }
}

const REQUIRED_SEND_OPTIONS: &str = "
/** What must be added to an event whose repetitions the server has to know. */
export interface RequiredSendOptions {
  /** An id of the sender's choice, the same each time the event is sent again; the action and subscribers see it. */
  clientEventId: string;
}
";

fn operations(manifest: &Manifest, graph: &Graph) -> String {
    let sent: Vec<&EventManifest> = manifest
        .events
        .iter()
        .filter(|event| event.direction.is_client_sent())
        .collect();
    let inputs = sent.iter().map(|event| {
        let name = words::text(&event.name);
        let id = match event.idempotent {
            IdempotentManifest::Optional => "; clientEventId?: string",
            IdempotentManifest::Required => "; clientEventId: string",
            // The payload has it.
            IdempotentManifest::By(_) => "",
        };
        format!("{{ name: {name}; payload: Events[{name}]['input']{id} }}")
    });
    let output = types(graph, Direction::Output);
    let replies = Shape::union(
        sent.iter()
            .filter_map(|event| graph.event(&event.name)?.reply.clone()),
    );
    let mut emitted: Vec<&str> = sent
        .iter()
        .filter_map(|event| event.action.as_ref())
        .flat_map(|action| action.emits.iter().map(String::as_str))
        .collect();
    // An action that stands elsewhere may emit any event.
    if sent
        .iter()
        .any(|event| event.action.is_none() && event.reply.is_some())
    {
        let published = manifest
            .events
            .iter()
            .filter(|event| event.direction.is_published());
        emitted.extend(published.map(|event| event.name.as_str()));
    }
    emitted.sort_unstable();
    emitted.dedup();
    let emitted = emitted.into_iter().map(|name| {
        match manifest.events.iter().find(|event| event.name == name) {
            Some(event) => envelope_of(event),
            // Of another domain, or of a channel that `.only([…])` left out: its payload is not known here.
            None => format!("EventEnvelope<{}>", words::text(name)),
        }
    });
    let is_required = |event: &&EventManifest| event.idempotent == IdempotentManifest::Required;
    let required = if sent.iter().any(is_required) {
        REQUIRED_SEND_OPTIONS
    } else {
        ""
    };
    format!(
        r"{required}
/** Every event that actions emit. */
type Emitted ={emitted};

/** One event that clients may send. */
export type SendEventInput ={inputs};
/** What the server says of a sent event. */
export interface SendEventOutput {{
  /** Always `ok` so far; `duplicate` is kept for what ran before under its `clientEventId`, `queued` for what is published later. */
  status: 'ok' | 'duplicate' | 'queued';
  /** What the action returned. */
  result?: {replies};
  /** What the action emitted and the sender may read. */
  emittedEvents?: Emitted[];
  /** The place right after the published events. */
  cursor?: string;
}}
",
        inputs = alternatives(inputs, "  "),
        replies = output.shape(&replies, 2),
        emitted = alternatives(emitted, "  "),
    )
}
