//! The table at the end.

use std::fmt::Write as _;

/// Whether a figure should be large or small.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// It is there to compare with.
    None,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(super) struct Table(String);

impl Table {
    /// Adds a row: what was measured, the figure in `unit`, what stands beside it, and the target of the figure.
    pub(super) fn add(
        &mut self,
        what: &str,
        figure: f64,
        unit: &str,
        beside: &str,
        target: Target,
    ) {
        let (text, verdict) = match target {
            Target::AtLeast(least) => (format!("≥ {}", number(least)), figure >= least),
            Target::AtMost(most) => (format!("≤ {}", number(most)), figure <= most),
            Target::None => (String::new(), true),
        };
        let verdict = match (target, verdict) {
            (Target::None, _) => "",
            (_, true) => "reached",
            (_, false) => "missed",
        };
        let figure = number(figure);
        eprintln!("{what}: {figure} {unit} ({beside})");
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.0,
            "| {what} | {figure} {unit} | {beside} | {text} | {verdict} |"
        );
    }

    #[expect(clippy::print_stdout, reason = "the table is what the program is for")]
    pub(super) fn print(&self) {
        println!("\n| measured | figure | beside | target | |");
        println!("|---|---:|---|---:|---|");
        print!("{}", self.0);
        println!("\nEvery event that was checked arrived once, in order.");
    }
}

/// With two decimals below 100, else whole.
fn number(figure: f64) -> String {
    if figure < 100.0 && figure.fract() != 0.0 {
        format!("{figure:.2}")
    } else {
        format!("{figure:.0}")
    }
}

/// The value below which this part of the sorted values lies.
pub(super) fn quantile(sorted: &[f64], part: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts stay far below 2^52"
    )]
    let at = ((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// The median.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_measured_value() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((quantile(&values, 0.99) - 198.0).abs() < f64::EPSILON);
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
