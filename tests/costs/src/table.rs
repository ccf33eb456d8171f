//! The table at the end.

use std::{fmt::Write as _, time::Duration};

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// The ratio, or the seconds where nothing stands beside it.
    AtMost(f64),
    /// It is there to compare with.
    None,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: String,
    missed: bool,
}

impl Table {
    /// Adds a time as a multiple of another; without another, nothing is judged.
    pub(crate) fn compared(
        &mut self,
        what: &str,
        time: Duration,
        beside: Option<(Duration, &str)>,
        target: Target,
    ) {
        let ratio = beside.map(|(other, _)| time.as_secs_f64() / other.as_secs_f64());
        let beside = match (beside, ratio) {
            (Some((_, name)), Some(ratio)) => format!("{ratio:.2} × {name}"),
            _ => "–".to_owned(),
        };
        self.row(what, time, &beside, ratio, target, "×");
    }

    /// Adds a time that is judged by itself.
    pub(crate) fn alone(&mut self, what: &str, time: Duration, beside: &str, target: Target) {
        self.row(what, time, beside, Some(time.as_secs_f64()), target, "s");
    }

    fn row(
        &mut self,
        what: &str,
        time: Duration,
        beside: &str,
        judged: Option<f64>,
        target: Target,
        unit: &str,
    ) {
        let (target, verdict) = match (target, judged) {
            (Target::AtMost(most), Some(judged)) => {
                self.missed |= judged > most;
                let verdict = if judged > most { "missed" } else { "reached" };
                (format!("≤ {most:.2} {unit}"), verdict)
            }
            (Target::AtMost(most), None) => (format!("≤ {most:.2} {unit}"), ""),
            (Target::None, _) => (String::new(), ""),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.rows,
            "| {what} | {:.2} s | {beside} | {target} | {verdict} |",
            time.as_secs_f64()
        );
    }

    /// Whether every figure that was judged reaches its target.
    pub(crate) fn all_reached(&self) -> bool {
        !self.missed
    }

    /// The rows, with a head that says what the figures are.
    pub(crate) fn text(&self, head: &str) -> String {
        format!(
            "\n{head}\n\n| measured | figure | beside | target | |\n|---|---:|---|---:|---|\n{}",
            self.rows
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_above_its_target_is_missed() {
        let seconds = Duration::from_secs_f64;
        let mut table = Table::default();
        table.compared(
            "a",
            seconds(1.1),
            Some((seconds(1.0), "b")),
            Target::AtMost(1.15),
        );
        table.compared("c", seconds(9.0), None, Target::AtMost(1.15));
        table.compared("d", seconds(9.0), Some((seconds(1.0), "b")), Target::None);
        assert!(table.all_reached());
        assert!(
            table
                .text("")
                .contains("| a | 1.10 s | 1.10 × b | ≤ 1.15 × | reached |")
        );
        table.alone("e", seconds(1.6), "best of 7", Target::AtMost(1.5));
        assert!(!table.all_reached());
        assert!(
            table
                .text("")
                .contains("| e | 1.60 s | best of 7 | ≤ 1.50 s | missed |")
        );
    }
}
