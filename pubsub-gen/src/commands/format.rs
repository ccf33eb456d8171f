//! How a command's answer is written.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people; with colours on a terminal, unless `NO_COLOR` is set.
    #[default]
    Text,
    /// For programs: one JSON value.
    Json,
}

/// What is read first.
pub(super) const HEADING: Style = Style::new().bold();
/// What may be skipped.
pub(super) const QUIET: Style = Style::new().dimmed();
/// The name of something declared.
pub(super) const NAME: Style = AnsiColor::Cyan.on_default();
/// What needs somebody's attention.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// `text` in a style; the styles are taken out where the output is no terminal.
pub(super) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// One JSON value, indented.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?)
}

/// A table with as much space as its cells need; the first row is its heading.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padded = format!("{cell:width$}");
            let style = match (number, column) {
                (0, _) => HEADING,
                (_, 0) => NAME,
                _ => Style::new(),
            };
            let gap = if column == 0 { "" } else { "  " };
            let _ = write!(line, "{gap}{}", styled(style, padded));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.truncate(text.trim_end().len());
    text
}
