//! The events of a domain as a page to read, in Markdown.

use std::{fmt::Write as _, time::Duration};

use pubsub_runtime::{AccessManifest, ChannelManifest, EventManifest, Manifest};

use crate::{
    error::GenerateError,
    event_types,
    policies::{self, sentence},
};

/// A Markdown page that tells of every channel and event; it changes only when what is declared does.
///
/// # Errors
///
/// A type that clients could not be told the truth of.
pub fn catalogue(manifest: &Manifest) -> Result<String, GenerateError> {
    let mut text = format!("# Events of {}\n", manifest.domains.join(", "));
    for channel in &manifest.channels {
        let events: Vec<_> = manifest
            .events
            .iter()
            .filter(|event| event.channel == channel.name)
            .collect();
        text.push_str(&about_channel(channel, &events));
        for event in events {
            text.push_str(&about_event(manifest, event)?);
        }
    }
    Ok(text)
}

fn about_channel(channel: &ChannelManifest, events: &[&EventManifest]) -> String {
    let mut text = format!("\n## Channel `{}`\n\n", channel.name);
    push_prose(&mut text, &channel.description);
    let order = if channel.ordered {
        "; order is promised"
    } else {
        ""
    };
    let _ = write!(
        text,
        "Read by {}, sent by {}. Kept for {}, at most {} events{order}. After a gap: {}; when behind: {}.\n\n",
        who(&channel.subscribe),
        who(&channel.publish),
        span(channel.retention_ms),
        channel.max_events,
        channel.on_gap.as_str(),
        channel.on_lag,
    );
    push_prose(&mut text, &sentence(&policies::of_channel(channel)));
    if events.is_empty() {
        text.push_str("No events.\n");
        return text;
    }
    text.push_str("| Event | Direction | Version | |\n|---|---|---|---|\n");
    for event in events {
        let _ = writeln!(
            text,
            "| [`{}`](#{}) | {} | {} | {} |",
            event.name,
            anchor(&event.name),
            direction(event),
            event.version,
            cell(event.description.lines().next().unwrap_or_default()),
        );
    }
    text
}

fn about_event(manifest: &Manifest, event: &EventManifest) -> Result<String, GenerateError> {
    let mut text = format!("\n### `{}`\n\n", event.name);
    if let Some(note) = &event.deprecated {
        let _ = write!(text, "**Deprecated.** ");
        push_prose(&mut text, note);
        if note.is_empty() {
            text.push_str("\n\n");
        }
    }
    push_prose(&mut text, &event.description);
    if let Some(action) = &event.action {
        push_prose(&mut text, &action.description);
        let emits: Vec<_> = action
            .emits
            .iter()
            .map(|name| format!("[`{name}`](#{})", anchor(name)))
            .collect();
        let emits = if emits.is_empty() {
            "nothing".to_owned()
        } else {
            emits.join(", ")
        };
        let _ = write!(
            text,
            "Its action may run {} and emits {emits}.\n\n",
            span(action.timeout_ms)
        );
    }
    push_prose(&mut text, &sentence(&policies::of_event(event)));
    if let Some(types) = event_types(manifest, &event.name)? {
        let mut code = types.definitions.trim_end().to_owned();
        for (word, shape) in [
            ("Received", &types.payload),
            ("Sent", &types.input),
            ("Reply", &types.reply),
            ("Failure", &types.error),
        ] {
            if let Some(shape) = shape {
                let _ = write!(code, "\n\n// {word}\ntype {word} = {};", shape.trim());
            }
        }
        fence(&mut text, "ts", code.trim());
    }
    if let Some(example) = &event.example {
        text.push('\n');
        fence(&mut text, "json", &format!("{example:#}"));
    }
    Ok(text)
}

/// Prose as it was written, without what would end up as a heading or an element of this page.
fn push_prose(text: &mut String, prose: &str) {
    let prose = prose.replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    // The marks that end the block of code which the prose is in.
    let mut code: Option<String> = None;
    for line in prose.trim().lines() {
        let start = line.trim_start();
        let marks: String = start
            .chars()
            .take_while(|mark| start.starts_with(*mark) && matches!(mark, '`' | '~'))
            .collect();
        match &code {
            Some(open) => {
                let _ = writeln!(text, "{line}");
                if marks.starts_with(open.as_str()) && marks.len() == start.trim_end().len() {
                    code = None;
                }
            }
            None if marks.len() >= 3 => {
                let _ = writeln!(text, "{line}");
                code = Some(marks);
            }
            None => {
                // A line of `=` or `-` makes the one above it a heading.
                let underlines =
                    |mark: char| !start.is_empty() && start.trim_end().chars().all(|c| c == mark);
                let is_heading = start.starts_with('#') || underlines('=') || underlines('-');
                let escape = if is_heading { "\\" } else { "" };
                let _ = writeln!(text, "{escape}{}", line.replace('<', "&lt;"));
            }
        }
    }
    if let Some(open) = code {
        let _ = writeln!(text, "{open}");
    }
    if !prose.trim().is_empty() {
        text.push('\n');
    }
}

/// A block of code, fenced by more backticks than it holds.
fn fence(text: &mut String, language: &str, code: &str) {
    let longest = code
        .split(|other| other != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let _ = write!(text, "{fence}{language}\n{code}\n{fence}\n");
}

fn cell(text: &str) -> String {
    let line = text.split(['\r', '\u{85}', '\u{2028}', '\u{2029}']).next();
    line.unwrap_or_default()
        .replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('<', "&lt;")
}

/// Where GitHub and others put the heading of an event: its letters, digits, `-` and `_`.
fn anchor(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
        .collect()
}

fn who(access: &AccessManifest) -> String {
    match access {
        AccessManifest::Authenticated => "every authenticated caller".to_owned(),
        AccessManifest::Public => "everybody".to_owned(),
        AccessManifest::None => "no client".to_owned(),
        AccessManifest::Scope(scope) => {
            format!("scope `{}`", scope.replace(['`', '\n', '\r'], "'"))
        }
    }
}

fn direction(event: &EventManifest) -> &'static str {
    match (
        event.direction.is_client_sent(),
        event.direction.is_published(),
    ) {
        (true, true) => "clients and server",
        (true, false) => "clients",
        (false, _) => "server",
    }
}

/// A span of time in its largest whole unit.
fn span(millis: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
    ];
    UNITS
        .into_iter()
        .find(|(unit, _)| millis >= *unit && millis.is_multiple_of(*unit))
        .map_or_else(
            || format!("{:?}", Duration::from_millis(millis)),
            |(unit, name)| format!("{} {name}", millis / unit),
        )
}

#[cfg(test)]
mod tests {
    use pubsub_runtime::model;

    use super::*;
    use crate::testing::manifest_of;

    /// # Not a heading
    /// <script>alert(1)</script>
    #[model]
    struct Hostile {
        /// ```` and */
        a: String,
    }

    #[test]
    fn what_is_declared_cannot_leave_its_place() {
        let mut manifest = manifest_of::<Hostile>("c:e");
        manifest.events[0].description = "# x\n<img src=x> | y".to_owned();
        manifest.events[0].deprecated = Some("~~~\nnever closed <b>".to_owned());
        let text = catalogue(&manifest).unwrap();
        assert!(text.contains("\nnever closed <b>\n~~~\n"), "{text}");
        assert!(!text.contains("<img"), "{text}");
        assert!(text.contains("\n\\# x\n"), "{text}");
        assert!(
            text.contains("`````ts\n"),
            "a fence longer than what it holds: {text}"
        );
    }

    #[test]
    fn spans_are_said_in_their_largest_whole_unit() {
        for (millis, said) in [
            (86_400_000, "1 d"),
            (90_000_000, "25 h"),
            (90_000, "90 s"),
            (1_500, "1.5s"),
        ] {
            assert_eq!(span(millis), said);
        }
    }
}
