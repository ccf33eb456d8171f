//! What was found, for people and for programs.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;
use serde_json::Value;

use super::super::format::{NAME, QUIET, WARNING, styled};

/// The most disagreements that are told one by one; the rest is counted.
const MAX_TOLD: usize = 50;
/// The longest value that is printed whole, in characters.
const MAX_VALUE: usize = 400;

/// Everything found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// How many events were verified.
    pub(super) events: usize,
    /// Of how many nothing was found.
    pub(super) agree: usize,
    /// How many values were held against the types.
    pub(super) values: usize,
    /// The versions of the TypeScript compilers.
    pub(super) type_script: Vec<String>,
    pub(super) disagreements: Vec<Disagreement>,
    /// Examples that serde refuses.
    pub(super) examples: Vec<String>,
    /// What could not be judged, and what reading a value did beside.
    pub(super) notes: Vec<String>,
    /// How often a type could not tell, by the name of the reason.
    pub(super) tolerated: BTreeMap<&'static str, usize>,
}

/// serde says one thing of a value, and another witness another.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Disagreement {
    /// The event, such as `orders:created (reply)`.
    pub(super) event: String,
    /// Where the value was changed, such as ` › items[0] › price`; empty at the root.
    pub(super) place: String,
    /// What the value is, such as `may be sent`.
    pub(super) about: &'static str,
    pub(super) value: Value,
    pub(super) serde: String,
    /// What each witness says that contradicts serde.
    pub(super) against: Vec<Against>,
    /// How many more values show the same.
    pub(super) more: usize,
}

/// What one witness says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Against {
    pub(super) witness: String,
    pub(super) says: String,
}

impl Report {
    pub(super) fn is_clean(&self) -> bool {
        self.disagreements.is_empty() && self.examples.is_empty()
    }

    /// The report for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for example in &self.examples {
            let _ = writeln!(text, "{} {example}\n", styled(WARNING, "example:"));
        }
        for disagreement in self.disagreements.iter().take(MAX_TOLD) {
            let Disagreement {
                event,
                place,
                about,
                value,
                serde,
                against,
                more,
            } = disagreement;
            let _ = writeln!(text, "{}{place}: {about}", styled(NAME, event));
            let width = against.iter().map(|one| one.witness.chars().count()).max();
            let width = width.unwrap_or(0).max("serde".len());
            let _ = writeln!(text, "  {:width$}  {serde}", "serde");
            for Against { witness, says } in against {
                let _ = writeln!(text, "  {witness:width$}  {says}");
            }
            let _ = writeln!(text, "  {:width$}  {}", "value", short(value));
            if *more > 0 {
                let values = if *more == 1 {
                    "value shows"
                } else {
                    "values show"
                };
                let note = format!("  {more} more {values} the same");
                let _ = writeln!(text, "{}", styled(QUIET, note));
            }
            text.push('\n');
        }
        let untold = self.disagreements.len().saturating_sub(MAX_TOLD);
        if untold > 0 {
            let _ = writeln!(
                text,
                "and {untold} more disagreements; `--format json` lists them all\n"
            );
        }
        for note in &self.notes {
            let _ = writeln!(text, "{} {note}", styled(WARNING, "note:"));
        }
        if !self.disagreements.is_empty() {
            text.push_str(
                "Where a type is written by hand (`wire`, `schemars(with = …)`, a codec), let it say what serde does; elsewhere this is a mistake of pubsub-gen.\n",
            );
        }
        let compilers = self.type_script.join(" and ");
        let _ = write!(
            text,
            "{} of {} events agree: serde, JSON Schema, TypeScript {compilers}; {} values",
            self.agree, self.events, self.values
        );
        text
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_VALUE {
        return text;
    }
    let start: String = text.chars().take(MAX_VALUE).collect();
    format!("{start}…")
}
