//! Complaints as text and as JSON.

use std::fmt::{self, Write as _};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use serde_json::json;

use super::{Complaint, Kind};
use crate::screen::plain;

/// One JSON value that holds them all.
pub(crate) fn to_json(complaints: &[Complaint]) -> String {
    format!("{:#}", json!({ "errors": complaints }))
}

/// Text for people, with colours; without a width, lines are not wrapped.
pub(crate) fn to_text(complaints: &[Complaint], width: Option<usize>, unicode: bool) -> String {
    let theme = if unicode {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::ascii()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_wrap_lines(width.is_some())
        .with_width(width.unwrap_or(usize::MAX));
    let mut text = String::new();
    for complaint in complaints {
        let report = Report::new(complaint);
        if handler.render_report(&mut text, &report).is_err() {
            let _ = writeln!(text, "error: {}", report.message);
        }
        for place in &complaint.places {
            let _ = writeln!(text, "   at {}", plain(place));
        }
        // Its colours were asked for where there are any.
        if let Some(output) = &complaint.output {
            let _ = write!(text, "\n{}\n", output.trim_end());
        }
    }
    let declared = complaints
        .iter()
        .filter(|complaint| complaint.kind == Kind::Declaration)
        .count();
    if declared > 1 {
        let _ = write!(text, "\n{declared} mistakes in what is declared");
    }
    text.truncate(text.trim_end().len());
    text
}

/// A complaint as `miette` reads it.
#[derive(Debug)]
struct Report {
    message: String,
    /// Stands above the message: the event, and the path inside its types.
    place: Option<String>,
    help: Option<String>,
    cause: Option<Cause>,
    source: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
}

impl Report {
    fn new(complaint: &Complaint) -> Self {
        let place: Vec<_> = complaint
            .event
            .iter()
            .chain(&complaint.path)
            .map(|part| plain(part))
            .collect();
        let help: Vec<_> = complaint.help.iter().map(|remedy| plain(remedy)).collect();
        let quoted = complaint.quoted.as_ref();
        Self {
            message: plain(&complaint.message),
            place: Some(place.join(" › ")).filter(|place| !place.is_empty()),
            help: Some(help.join("\nor: ")).filter(|help| !help.is_empty()),
            cause: Cause::new(&complaint.causes),
            source: quoted.map(|quoted| NamedSource::new(&quoted.file, plain(&quoted.text))),
            label: quoted.map(|quoted| {
                // Escaping may have moved the place.
                let before = quoted
                    .text
                    .get(..quoted.start)
                    .map_or(0, |text| plain(text).len());
                LabeledSpan::new(Some("here".to_owned()), before, quoted.length)
            }),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.place.as_ref().map(|place| Box::new(place) as _)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = self.label.clone()?;
        Some(Box::new(std::iter::once(label)))
    }
}

/// Why, and why that.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

impl Cause {
    fn new(causes: &[String]) -> Option<Self> {
        let (first, rest) = causes.split_first()?;
        Some(Self {
            text: plain(first),
            source: Self::new(rest).map(Box::new),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complaint::Quoted;

    fn shown(complaint: Complaint, width: Option<usize>) -> String {
        anstream::adapter::strip_str(&to_text(&[complaint], width, true)).to_string()
    }

    #[test]
    fn the_place_stands_above_and_the_remedies_below_best_first() {
        let complaint = Complaint {
            kind: Kind::Declaration,
            message: "128-bit integers do not fit a TypeScript number".to_owned(),
            event: Some("orders:created".to_owned()),
            path: Some("items[] › price".to_owned()),
            help: vec![
                "write `int = \"string\"`".to_owned(),
                "write `int = \"checked\"`".to_owned(),
            ],
            places: vec!["src/orders.rs:12".to_owned()],
            ..Complaint::default()
        };
        assert_eq!(
            shown(complaint, None),
            "orders:created › items[] › price

  × 128-bit integers do not fit a TypeScript number
  help: write `int = \"string\"`
        or: write `int = \"checked\"`
   at src/orders.rs:12"
        );
    }

    #[test]
    fn lines_are_wrapped_for_a_terminal_only() {
        let complaint = Complaint {
            message: "word ".repeat(40).trim().to_owned(),
            ..Complaint::default()
        };
        assert!(
            shown(complaint.clone(), Some(40))
                .lines()
                .all(|line| line.chars().count() <= 40)
        );
        assert_eq!(shown(complaint, None).lines().count(), 1);
    }

    #[test]
    fn a_file_is_quoted_where_it_is_wrong() {
        let text = "[lint]\nalow = []\n";
        let complaint = Complaint {
            message: "`alow` is unknown".to_owned(),
            quoted: Some(Quoted::new("Pubsub.toml".to_owned(), text, 7..11)),
            ..Complaint::default()
        };
        let text = shown(complaint.clone(), None);
        assert!(text.contains("Pubsub.toml:2:1"), "{text}");
        assert!(text.contains("alow = []"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&to_json(&[complaint])).unwrap();
        assert_eq!(json["errors"][0]["line"], 2);
        assert_eq!(json["errors"][0]["column"], 1);
    }
}
