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
    /// Adds the best of the rounds' times as a multiple of the best of another's; without another, nothing is judged.
    ///
    /// The median of what the rounds say, each beside the other's time in the same round, tells how far a machine that is not
    /// always as fast decides the figure.
    pub(crate) fn compared(
        &mut self,
        what: &str,
        times: &[Duration],
        beside: Option<(&[Duration], &str)>,
        target: Target,
    ) {
        let Some(time) = times.iter().min() else {
            return;
        };
        let of = |time: &Duration, other: &Duration| time.as_secs_f64() / other.as_secs_f64();
        let best = beside.and_then(|(others, _)| Some(of(time, others.iter().min()?)));
        let beside = match (beside, best) {
            (Some((others, name)), Some(best)) => {
                let mut each: Vec<f64> = times.iter().zip(others).map(|(a, b)| of(a, b)).collect();
                each.sort_by(f64::total_cmp);
                let middle = each.get(each.len() / 2).copied().unwrap_or(best);
                format!("{best:.2} × {name}; {middle:.2} × in the median of the rounds")
            }
            _ => "–".to_owned(),
        };
        self.row(what, *time, &beside, best, target, "×");
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
        let serde = [seconds(1.0), seconds(1.2)];
        table.compared(
            "a",
            &[seconds(1.1), seconds(1.5)],
            Some((&serde, "b")),
            Target::AtMost(1.15),
        );
        table.compared("c", &[seconds(9.0)], None, Target::AtMost(1.15));
        table.compared("d", &[seconds(9.0)], Some((&serde, "b")), Target::None);
        assert!(table.all_reached());
        assert!(table.text("").contains(
            "| a | 1.10 s | 1.10 × b; 1.25 × in the median of the rounds | ≤ 1.15 × | reached |"
        ));
        table.alone("e", seconds(1.6), "best of 7", Target::AtMost(1.5));
        assert!(!table.all_reached());
        assert!(
            table
                .text("")
                .contains("| e | 1.60 s | best of 7 | ≤ 1.50 s | missed |")
        );
    }
}
