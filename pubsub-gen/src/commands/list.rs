//! `pubsub-gen list`

use clap::Args;
use pubsub_runtime::EventManifest;
use serde::Serialize;

use super::{
    Format, Outcome,
    domain::{Domain, closest},
    format::{json, table},
    wrong_use,
};
use crate::screen;

/// Lists every event: its channel, who may start it, its version and its action.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    domain: Domain,
    /// Only the events of this channel.
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// How the list is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    name: &'a str,
    channel: &'a str,
    direction: &'static str,
    version: u32,
    /// Whether an action runs when a client sends it.
    action: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
}

/// How the declarations write a direction.
pub(super) fn direction(event: &EventManifest) -> &'static str {
    match (
        event.direction.is_client_sent(),
        event.direction.is_published(),
    ) {
        (true, true) => "both",
        (true, false) => "cse",
        (false, _) => "sse",
    }
}

impl List {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let declared = self.domain.read()?;
        if let Some(channel) = &self.channel {
            let names = || {
                declared
                    .manifest
                    .channels
                    .iter()
                    .map(|known| known.name.as_str())
            };
            if !names().any(|known| known == channel) {
                let hint = match closest(channel, names()) {
                    Some(closest) => format!("did you mean `{closest}`?"),
                    None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
                };
                return wrong_use(format!("no channel `{channel}`; {hint}"));
            }
        }
        let is_asked = |event: &&EventManifest| {
            self.channel
                .as_deref()
                .is_none_or(|channel| event.channel == channel)
        };
        let rows: Vec<_> = declared
            .manifest
            .events
            .iter()
            .filter(is_asked)
            .map(|event| Row {
                name: &event.name,
                channel: &event.channel,
                direction: direction(event),
                version: event.version,
                action: event.action.is_some(),
                deprecated: event.deprecated.as_deref(),
                description: event.description.lines().next().unwrap_or_default(),
            })
            .collect();
        let text = match self.format {
            Format::Json => json(&rows)?,
            Format::Text if rows.is_empty() => "no events".to_owned(),
            Format::Text => {
                let heading = ["EVENT", "CHANNEL", "DIRECTION", "VERSION", "ACTION", ""];
                let mut lines = vec![heading.map(str::to_owned).to_vec()];
                lines.extend(rows.iter().map(|row| {
                    let note = if row.deprecated.is_some() {
                        "deprecated"
                    } else {
                        row.description
                    };
                    vec![
                        row.name.to_owned(),
                        row.channel.to_owned(),
                        row.direction.to_owned(),
                        row.version.to_string(),
                        if row.action { "yes" } else { "-" }.to_owned(),
                        note.to_owned(),
                    ]
                }));
                table(&lines, screen::answer_width())
            }
        };
        Ok(Outcome::Done(text))
    }
}
