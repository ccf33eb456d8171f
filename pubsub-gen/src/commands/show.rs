//! `pubsub-gen show`

use std::{fmt::Write as _, time::Duration};

use clap::Args;
use pubsub_gen::{EventTypes, event_types, policies};
use pubsub_runtime::{AccessManifest, ChannelManifest, EventManifest, Manifest};
use serde_json::json;

use super::{
    Outcome,
    domain::{Domain, event},
    format::{Format, HEADING, NAME, QUIET, WARNING, json, styled},
    list::direction,
};

/// Shows everything about one event.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The event, such as `orders:created`.
    event: String,
    #[command(flatten)]
    domain: Domain,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Show {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let declared = self.domain.read()?;
        let event = event(&declared.manifest, &self.event)?;
        let channel = declared
            .manifest
            .channels
            .iter()
            .find(|channel| channel.name == event.channel);
        if self.format == Format::Json {
            return Ok(Outcome::Done(json(&json!({
                "event": event,
                "channel": channel,
            }))?));
        }
        let types = event_types(&declared.manifest, &event.name)?;
        Ok(Outcome::Done(describe(
            &declared.manifest,
            event,
            channel,
            types.as_ref(),
        )))
    }
}

fn describe(
    manifest: &Manifest,
    event: &EventManifest,
    channel: Option<&ChannelManifest>,
    types: Option<&EventTypes>,
) -> String {
    let mut text = format!(
        "{}  {}\n",
        styled(NAME, &event.name),
        styled(
            QUIET,
            format!(
                "version {}, {}, {}",
                event.version,
                direction(event),
                event.rust_type
            )
        ),
    );
    if let Some(note) = &event.deprecated {
        let _ = writeln!(text, "{} {note}", styled(WARNING, "deprecated"));
    }
    if !event.description.is_empty() {
        let _ = writeln!(text, "{}", event.description);
    }
    let said = policies::of_event(event);
    if !said.is_empty() {
        section(&mut text, "policy", &said.join("\n"));
    }
    section(&mut text, "channel", &about_channel(event, channel));
    if let Some(action) = &event.action {
        let emits = if action.emits.is_empty() {
            "nothing".to_owned()
        } else {
            action.emits.join(", ")
        };
        let longest = Duration::from_millis(action.timeout_ms);
        let docs = action.description.lines().next().unwrap_or_default();
        section(
            &mut text,
            "action",
            &format!("{docs}\nmay run {longest:?}; emits {emits}"),
        );
    }
    let emitters: Vec<_> = manifest
        .events
        .iter()
        .filter(|other| {
            other
                .action
                .as_ref()
                .is_some_and(|action| action.emits.contains(&event.name))
        })
        .map(|other| other.name.as_str())
        .collect();
    if !emitters.is_empty() {
        section(&mut text, "emitted by", &emitters.join(", "));
    }
    if let Some(types) = types {
        if !types.definitions.is_empty() {
            section(&mut text, "types", types.definitions.trim_end());
        }
        for (word, shape) in [
            ("received as", &types.payload),
            ("sent as", &types.input),
            ("answered with", &types.reply),
            ("fails with", &types.error),
        ] {
            if let Some(shape) = shape {
                section(&mut text, word, shape.trim());
            }
        }
    }
    if let Some(example) = &event.example {
        section(&mut text, "example", &format!("{example:#}"));
    }
    section(&mut text, "used as", &usage(event));
    text.truncate(text.trim_end().len());
    text
}

fn section(text: &mut String, heading: &str, body: &str) {
    let _ = writeln!(text, "\n{}", styled(HEADING, heading));
    for line in body.trim().lines() {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
}

fn about_channel(event: &EventManifest, channel: Option<&ChannelManifest>) -> String {
    let Some(channel) = channel else {
        return event.channel.clone();
    };
    let who = |access: &AccessManifest| match access {
        AccessManifest::Authenticated => "every authenticated caller".to_owned(),
        AccessManifest::Public => "everybody".to_owned(),
        AccessManifest::None => "no client".to_owned(),
        AccessManifest::Scope(scope) => format!("scope {scope}"),
    };
    let order = match (&channel.partition_by, channel.ordered) {
        (Some(field), _) => format!(
            "; in order for each `{field}`, in {} logs",
            channel.partitions
        ),
        (None, true) => "; in order".to_owned(),
        (None, false) => String::new(),
    };
    let about = format!(
        "{}\nread by {}; sent by {}\nkept for {:?}, at most {} events{order}\nafter a gap: {}; when behind: {}",
        channel.name,
        who(&channel.subscribe),
        who(&channel.publish),
        Duration::from_millis(channel.retention_ms),
        channel.max_events,
        channel.on_gap.as_str(),
        channel.on_lag,
    );
    let said = policies::of_channel(channel);
    std::iter::once(about)
        .chain(said)
        .collect::<Vec<_>>()
        .join("\n")
}

/// How clients send or receive it.
fn usage(event: &EventManifest) -> String {
    let mut text = String::new();
    let example = event
        .example
        .as_ref()
        .map_or_else(|| "…".to_owned(), ToString::to_string);
    if event.direction.is_client_sent() {
        let _ = writeln!(
            text,
            "client.{}.{}.mutate({example})",
            event.channel, event.word
        );
        let _ = writeln!(
            text,
            "client.sendEvent.mutate({{ name: '{}', payload: {example} }})",
            event.name
        );
    }
    if event.direction.is_published() {
        let _ = writeln!(
            text,
            "client.{}.subscribe.subscribe(undefined, {{ onData }})",
            event.channel
        );
        let _ = writeln!(text, "curl -N 'http://…/events?channel={}'", event.channel);
    }
    text
}
