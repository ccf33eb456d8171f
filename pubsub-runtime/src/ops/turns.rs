//! What many clients ask for at the same moment is done by turns, so that nobody else waits behind all of them.

use std::{future::Future, pin::pin};

use tokio::sync::Semaphore;

/// How many may be at it at a time: enough for every core, few enough for who waits behind them.
const TURNS: usize = 16;

/// Turns at work that occupies a thread for a moment.
///
/// When all clients come back at once, all of them are ready to run, and each has what it missed to be written. Without turns a send
/// that arrives then waits in the scheduler's queue behind every one of them; with turns the queue holds a few, and the others wait
/// here, in their order.
#[derive(Debug)]
pub(crate) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(TURNS))
    }
}

impl Turns {
    /// Waits for a turn, then does `work`.
    ///
    /// A turn is the first poll of `work`: if it has to wait for storage, others go on, and it needs no turn afterwards.
    pub(crate) async fn take<F: Future>(&self, work: F) -> F::Output {
        // The semaphore is never closed.
        let mut turn = self.0.acquire().await.ok();
        // Whoever is ready goes first: also with a turn, a thread is taken for a moment only.
        tokio::task::yield_now().await;
        let mut work = pin!(work);
        std::future::poll_fn(|cx| {
            let worked = work.as_mut().poll(cx);
            turn = None;
            worked
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        future::{pending, poll_fn},
        task::Poll,
    };

    use super::*;

    #[tokio::test]
    async fn few_are_at_it_at_a_time_and_all_come_to_it() {
        assert_eq!(TURNS, 16, "as ARCHITECTURE.md says");
        let turns = Turns::default();
        let (ready, done) = (Cell::new(0), Cell::new(0));
        let one = || async {
            ready.set(ready.get() + 1);
            let work = async {
                assert!(turns.0.available_permits() < TURNS, "it has its turn");
                done.set(done.get() + 1);
            };
            turns.take(work).await;
        };
        let all = futures_util::future::join_all((0..1_000).map(|_| one()));
        let mut all = pin!(all);
        // Who has a turn lets others go first, who has none waits.
        let polled = poll_fn(|cx| Poll::Ready(all.as_mut().poll(cx))).await;
        assert!(polled.is_pending());
        assert_eq!((ready.get(), done.get()), (1_000, 0));
        assert_eq!(turns.0.available_permits(), 0);
        all.await;
        assert_eq!(done.get(), 1_000);
        assert_eq!(turns.0.available_permits(), TURNS);
    }

    #[tokio::test]
    async fn who_waits_for_storage_holds_up_nobody() {
        let turns = Turns::default();
        let stuck =
            futures_util::future::join_all((0..=TURNS).map(|_| turns.take(pending::<()>())));
        tokio::select! {
            biased;
            _ = stuck => unreachable!("it waits for ever"),
            () = async {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
            } => {}
        }
        turns.take(async {}).await;
        assert_eq!(turns.0.available_permits(), TURNS);
    }
}
