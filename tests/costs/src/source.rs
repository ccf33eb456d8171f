//! The items as the source of each contender.

use std::fmt::Write as _;

use crate::items::{Channel, Domain, Event, Shape};

/// Whose derives or attributes stand on the items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// serde's derives.
    Serde,
    /// serde's and `JsonSchema`.
    Schemars,
    /// serde's, `JsonSchema` and `TS`.
    TsRs,
    /// `#[event]` and `#[model]`.
    Ours,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Below `src`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The files of the crate; `edited` changes the type of one field of one payload.
pub(crate) fn files(domain: &Domain, style: Style, edited: bool) -> Vec<File> {
    let mut files = vec![File {
        name: "lib.rs".to_owned(),
        text: root(domain, style),
    }];
    for (index, channel) in domain.channels.iter().enumerate() {
        // In the middle of the crate, as an edit may be anywhere.
        let is_edited = edited && index == domain.channels.len() / 2;
        files.push(File {
            name: format!("{}.rs", channel.name),
            text: module(channel, style, is_edited),
        });
    }
    files
}

fn root(domain: &Domain, style: Style) -> String {
    let mut text = String::from("//! The events of a shop.\n");
    let has_actions = style == Style::Ours && domain.has_actions();
    if has_actions {
        text.push_str("#![allow(clippy::unused_async, reason = \"an action is async\")]\n");
    }
    text.push('\n');
    for channel in &domain.channels {
        let _ = writeln!(text, "pub mod {};", channel.name);
    }
    if style == Style::Ours {
        text.push_str("\npubsub_runtime::domain! {\n");
        for channel in &domain.channels {
            let name = &channel.name;
            let _ = writeln!(
                text,
                "    /// What happens to {name}.\n    channel {name} {{ subscribe = \"{name}:read\", publish = \"{name}:write\" }}"
            );
        }
        text.push_str("}\n");
    }
    if has_actions {
        text.push_str(REFUSED);
    }
    text
}

const REFUSED: &str = "
/// Why nothing was done.
#[derive(Debug, thiserror::Error, pubsub_runtime::EventError)]
pub enum Refused {
    /// The tenant is not known.
    #[error(\"tenant {tenant} is not known\")]
    #[event_error(code = \"NOT_FOUND\")]
    UnknownTenant {
        /// Which tenant.
        tenant: u32,
    },
}
";

fn module(channel: &Channel, style: Style, edited: bool) -> String {
    let mut text = format!("//! What happens to {}.\n\n", channel.name);
    text.push_str(match style {
        Style::Serde => "use serde::{Deserialize, Serialize};\n",
        Style::Schemars => "use schemars::JsonSchema;\nuse serde::{Deserialize, Serialize};\n",
        Style::TsRs => {
            "use schemars::JsonSchema;\nuse serde::{Deserialize, Serialize};\nuse ts_rs::TS;\n"
        }
        Style::Ours if channel.events.iter().any(|event| event.has_action) => {
            "use pubsub_runtime::{ActionCtx, event, model};\n\nuse crate::Refused;\n"
        }
        Style::Ours => "use pubsub_runtime::{event, model};\n",
    });
    let middle = channel.events.len() / 2;
    for (index, event) in channel.events.iter().enumerate() {
        payload(&mut text, channel, event, style, edited && index == middle);
        kind(&mut text, event, style);
        if event.has_action && style == Style::Ours {
            let next = channel.events.get(index + 1).unwrap_or(event);
            action(&mut text, channel, event, next);
        }
    }
    text
}

/// The attributes that a contender needs above an item.
fn derives(style: Style, ours: &str) -> String {
    let plain = |more: &str| format!("#[derive(Debug, Clone, Serialize, Deserialize{more})]\n");
    match style {
        Style::Serde => plain(""),
        Style::Schemars => plain(", JsonSchema"),
        Style::TsRs => plain(", JsonSchema, TS"),
        Style::Ours => format!("{ours}\n#[derive(Debug, Clone)]\n"),
    }
}

fn payload(text: &mut String, channel: &Channel, event: &Event, style: Style, edited: bool) {
    let ours = format!("#[event(channel = \"{}\")]", channel.name);
    let _ = write!(
        text,
        "\n/// The {}.\n{}#[serde(rename_all = \"camelCase\")]\npub struct {} {{\n",
        event.said,
        derives(style, &ours),
        event.name
    );
    for field in &event.fields {
        if let Some(docs) = field.docs {
            let _ = writeln!(text, "    /// {docs}");
        }
        if let Some(serde) = field.serde {
            let _ = writeln!(text, "    #[serde({serde})]");
        }
        let ty = if edited && field.name == "tenant" {
            "u64"
        } else {
            &field.ty
        };
        let _ = writeln!(text, "    pub {}: {ty},", field.name);
    }
    text.push_str("}\n");
}

fn kind(text: &mut String, event: &Event, style: Style) {
    let (tag, variants) = match event.shape {
        Shape::Words => (
            "",
            "    /// Nobody looked yet.\n    Open,\n    InProgress,\n    /// Nothing follows.\n    Done,\n    Failed,\n",
        ),
        Shape::Tagged => (
            ", tag = \"type\"",
            "    /// By a person.\n    ByUser {\n        user: String,\n        reason: Option<String>,\n    },\n    /// By a rule.\n    ByRule {\n        rule: u32,\n    },\n    Unknown,\n",
        ),
        Shape::Adjacent => (
            ", tag = \"type\", content = \"value\"",
            "    /// All of it.\n    Whole,\n    /// Some pieces.\n    Part(Vec<u32>),\n    Moved {\n        from: String,\n        to: String,\n    },\n",
        ),
    };
    let _ = write!(
        text,
        "\n/// Which kind of {} this is.\n{}#[serde(rename_all = \"snake_case\"{tag})]\npub enum {} {{\n{variants}}}\n",
        event.said,
        derives(style, "#[model]"),
        event.kind
    );
}

/// An action that answers with the enum, and emits the event beside it.
fn action(text: &mut String, channel: &Channel, event: &Event, next: &Event) {
    let (payload, kind) = (&event.name, &event.kind);
    let function = snake(payload);
    let emitted = &next.name;
    let _ = write!(
        text,
        "
/// Does what is to be done, and tells it.
#[event(channel = \"{}\", emits({emitted}))]
pub async fn {function}(ctx: &ActionCtx, payload: {payload}) -> Result<{kind}, Refused> {{
    if payload.tenant == 0 {{
        return Err(Refused::UnknownTenant {{ tenant: 0 }});
    }}
    ctx.emit({emitted} {{
",
        channel.name
    );
    for field in &next.fields {
        let value = match field.name {
            "kind" if next.name != event.name => first_variant(next),
            _ => field.value.to_owned(),
        };
        let _ = writeln!(text, "        {}: {value},", field.name);
    }
    let _ = write!(text, "    }});\n    Ok(payload.kind)\n}}\n");
}

/// An expression of the enum.
fn first_variant(event: &Event) -> String {
    let variant = match event.shape {
        Shape::Words => "Open",
        Shape::Tagged => "Unknown",
        Shape::Adjacent => "Whole",
    };
    format!("{}::{variant}", event.kind)
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
