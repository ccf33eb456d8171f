//! Ending long connections a few at a time.

use std::{fmt, sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::words::clock::IdSource;

/// Tells streams and sockets to end, each at a random moment of a window, so that their clients do not come back all at once.
#[derive(Clone)]
pub struct Closing {
    token: CancellationToken,
    window: Duration,
    ids: Arc<dyn IdSource>,
}

impl Closing {
    /// Ends connections over `window`, once [`Closing::begin`] is called.
    pub fn new(window: Duration, ids: Arc<dyn IdSource>) -> Self {
        Self {
            token: CancellationToken::new(),
            window,
            ids,
        }
    }

    /// Begins; there is no way back.
    pub fn begin(&self) {
        self.token.cancel();
    }

    /// Whether it began.
    pub fn has_begun(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Resolves when it is this connection's turn to end.
    pub async fn turn(self) {
        self.token.cancelled().await;
        let share = self.ids.random() >> 32;
        let nanos = self.window.as_nanos().saturating_mul(u128::from(share)) >> 32;
        let wait = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        tokio::time::sleep(wait.min(self.window)).await;
    }
}

impl fmt::Debug for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closing")
            .field("begun", &self.has_begun())
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::words::clock::RandomIds;

    #[tokio::test(start_paused = true)]
    async fn turns_are_spread_over_the_window() {
        let window = Duration::from_secs(10);
        let closing = Closing::new(window, Arc::new(RandomIds::default()));
        closing.begin();
        let mut early = 0;
        for _ in 0..200 {
            let start = Instant::now();
            closing.clone().turn().await;
            let waited = start.elapsed();
            assert!(waited <= window + Duration::from_millis(1), "{waited:?}");
            early += usize::from(waited < window / 2);
        }
        assert!(
            (40..160).contains(&early),
            "{early} of 200 in the first half"
        );
    }
}
