//! How many, in how long.

use std::{fmt, time::Duration};

/// How many events one principal may send in how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many events; at least 1.
    pub count: u64,
    /// In how long.
    pub per: Duration,
}

/// The times that have a name, in milliseconds.
const UNITS: [(u128, &str); 4] = [
    (1_000, "s"),
    (60_000, "min"),
    (3_600_000, "h"),
    (86_400_000, "day"),
];

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.per.as_millis();
        match UNITS.iter().find(|(unit, _)| *unit == millis) {
            Some((_, name)) => write!(f, "{}/{name}", self.count),
            None => write!(f, "{} in {:?}", self.count, self.per),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_as_it_is_declared() {
        for (per, written) in [
            (Duration::from_secs(1), "50/s"),
            (Duration::from_mins(1), "50/min"),
            (Duration::from_hours(1), "50/h"),
            (Duration::from_hours(24), "50/day"),
            (Duration::from_secs(10), "50 in 10s"),
        ] {
            assert_eq!(Rate { count: 50, per }.to_string(), written);
        }
    }
}
