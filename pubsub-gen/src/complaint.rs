//! What went wrong: as data, as text on a terminal, and as JSON.

mod collect;
mod report;

use serde::Serialize;

pub(crate) use report::{to_json, to_text};

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Complaint {
    pub(crate) kind: Kind,
    /// What is wrong, with the user's own names.
    pub(crate) message: String,
    /// The event that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<String>,
    /// Where inside the event's types, such as `items[] › price`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// What to write, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) help: Vec<String>,
    /// Where it stands in the sources, such as `src/orders.rs:12`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) places: Vec<String>,
    /// Why, from the nearest cause to the last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) causes: Vec<String>,
    /// What another program said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) quoted: Option<Quoted>,
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    /// The program was called in a way that cannot work.
    Usage,
    /// What is declared has a mistake.
    Declaration,
    /// The domain crate could not be compiled.
    Build,
    /// The system said no.
    #[default]
    System,
}

/// A place in a file that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Quoted {
    pub(crate) file: String,
    /// The first is 1.
    pub(crate) line: usize,
    /// In characters; the first is 1.
    pub(crate) column: usize,
    #[serde(skip)]
    pub(crate) text: String,
    /// In bytes.
    #[serde(skip)]
    pub(crate) start: usize,
    /// In bytes.
    #[serde(skip)]
    pub(crate) length: usize,
}

impl Quoted {
    /// The bytes `span` of a file.
    pub(crate) fn new(file: String, text: &str, span: std::ops::Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            file,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            start: before.len(),
            length: span.len().min(text.len() - before.len()),
            text: text.to_owned(),
        }
    }
}
