//! How a command's answer is written.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::screen::plain;

/// How an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; with colours on a terminal, unless `NO_COLOR` is set.
    #[default]
    Text,
    /// For programs: one JSON value, also if something is wrong.
    Json,
}

/// What is read first.
pub(super) const HEADING: Style = Style::new().bold();
/// What is only read.
pub(super) const PLAIN: Style = Style::new();
/// What may be skipped.
pub(super) const QUIET: Style = Style::new().dimmed();
/// The name of something declared.
pub(super) const NAME: Style = AnsiColor::Cyan.on_default();
/// What needs somebody's attention.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What has to be mended.
pub(super) const FAILURE: Style = AnsiColor::Red.on_default().bold();

/// Fewer columns than this hold no words.
const MIN_NOTE: usize = 16;

/// `text` in a style, without what would steer a terminal; the style is taken out where the output is no terminal.
pub(super) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{}{style:#}", plain(&text.to_string()))
}

/// One JSON value, indented.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?)
}

/// A table with as much space as its cells need; the first row is its heading.
///
/// The last column holds prose: where there is a width, it takes what the others leave, and is cut there.
pub(super) fn table(rows: &[Vec<String>], width: Option<usize>) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| plain(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(widest).collect();
    let taken: usize = widths
        .iter()
        .take(columns.saturating_sub(1))
        .map(|width| width + 2)
        .sum();
    let left = width.map_or(usize::MAX, |width| width.saturating_sub(taken));
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let style = match (number, column) {
                (0, _) => HEADING,
                (_, 0) => NAME,
                _ => PLAIN,
            };
            let is_last = column + 1 == columns;
            if is_last && (left < MIN_NOTE || cell.is_empty()) {
                continue;
            }
            let gap = if column == 0 { "" } else { "  " };
            if is_last {
                let _ = write!(line, "{gap}{}", styled(style, cut(cell, left)));
            } else {
                let space = " ".repeat(width - cell.width());
                let _ = write!(line, "{gap}{}{space}", styled(style, cell));
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.truncate(text.trim_end().len());
    text
}

/// As much of a text as fits, with `…` where something is missing.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if kept.width() >= width {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[[&str; 3]], width: Option<usize>) -> String {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        anstream::adapter::strip_str(&table(&rows, width)).to_string()
    }

    #[test]
    fn a_table_keeps_to_the_width_and_cuts_prose_only() {
        let rows = [
            ["EVENT", "CHANNEL", ""],
            [
                "orders:created",
                "orders",
                "An order was placed and everything is fine.",
            ],
            ["入:b", "入", "x"],
        ];
        assert_eq!(
            shown(&rows, Some(44)),
            "EVENT           CHANNEL
orders:created  orders   An order was place…
入:b            入       x"
        );
        assert!(shown(&rows, None).contains("everything is fine."));
        assert_eq!(
            shown(&rows, Some(30)).lines().nth(1),
            Some("orders:created  orders")
        );
    }
}
