//! Random choices out of one seed.

use std::time::Duration;

/// A stream of numbers that its seed decides (splitmix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is above 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Whether something happens that does in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A time below `end`; of ten, one is that long, three take milliseconds, the others nothing.
    pub(super) fn delay(&mut self, end: Duration) -> Duration {
        let longest = u64::try_from(end.as_millis()).unwrap_or(u64::MAX).max(1);
        let millis = match self.below(10) {
            0 => self.below(longest),
            1..4 => self.below(longest.min(20)),
            _ => 0,
        };
        Duration::from_millis(millis)
    }
}
