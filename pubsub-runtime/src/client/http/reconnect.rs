//! When to connect again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The delays between attempts: exponential, jittered, starting again once the server has answered with a frame.
#[derive(Debug)]
pub(super) struct Delays {
    first: Duration,
    longest: Duration,
    running: Option<ExponentialBackoff>,
}

impl Delays {
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            running: None,
        }
    }

    /// The server asks for this delay before the next attempt.
    pub(super) fn retry(&mut self, delay: Duration) {
        self.first = delay.min(self.longest);
        self.running = None;
    }

    /// The server is there: the next delay is the first again.
    pub(super) fn reset(&mut self) {
        self.running = None;
    }

    /// How long to wait before the next attempt: at most twice the longest delay.
    pub(super) fn next(&mut self) -> Duration {
        let (first, longest) = (self.first, self.longest);
        self.running
            .get_or_insert_with(|| {
                ExponentialBuilder::default()
                    // A delay of zero would stay zero when doubled.
                    .with_min_delay(first.max(Duration::from_millis(10)))
                    .with_max_delay(longest)
                    .with_factor(2.0)
                    .with_jitter()
                    .without_max_times()
                    .build()
            })
            .next()
            .unwrap_or(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_never_end() {
        let mut delays = Delays::new(Duration::from_millis(100), Duration::from_secs(2));
        for attempt in 0..200_u32 {
            let floor = Duration::from_millis(100) * 2_u32.pow(attempt.min(4));
            let delay = delays.next();
            assert!(delay >= floor, "{attempt}: {delay:?}");
            assert!(delay <= Duration::from_secs(4), "{attempt}: {delay:?}");
        }
        delays.reset();
        assert!(delays.next() <= Duration::from_millis(200));
    }

    #[test]
    fn the_server_sets_the_first_delay_within_the_longest() {
        let mut delays = Delays::new(Duration::from_millis(1), Duration::from_secs(2));
        delays.retry(Duration::from_secs(1));
        assert!(delays.next() >= Duration::from_secs(1));
        delays.retry(Duration::from_hours(24));
        assert!(delays.next() <= Duration::from_secs(4));
        delays.retry(Duration::ZERO);
        assert!(delays.next() <= Duration::from_millis(20));
    }
}
