//! Who received what: every subscriber's every event is checked here.

use std::cell::{Cell, RefCell};

use anyhow::{Result, anyhow, bail};
use memchr::memmem;
use tokio::{
    sync::Notify,
    time::{Duration, timeout},
};

/// How long one event may take to reach all subscribers.
const PATIENCE: Duration = Duration::from_secs(10);

/// What all subscribers of one run received; events are numbered from 1 and sent one at a time.
#[derive(Debug)]
pub(crate) struct Ledger {
    subscribers: usize,
    /// Subscribers whose stream is open.
    open: Cell<usize>,
    /// The number of the event under way.
    current: Cell<u64>,
    /// Subscribers that have the event under way.
    arrived: Cell<usize>,
    /// What went wrong first.
    fault: RefCell<Option<String>>,
    changed: Notify,
}

/// One subscriber's place: the number it must see next, once it has seen one.
#[derive(Debug, Default)]
pub(crate) struct Place(Option<u64>);

impl Ledger {
    pub(crate) fn new(subscribers: usize) -> Self {
        Self {
            subscribers,
            open: Cell::new(0),
            current: Cell::new(0),
            arrived: Cell::new(0),
            fault: RefCell::new(None),
            changed: Notify::new(),
        }
    }

    /// A subscriber's stream is open.
    pub(crate) fn opened(&self) {
        self.open.set(self.open.get() + 1);
        self.changed.notify_one();
    }

    /// A subscriber received this text: an event of the run, or one of the server's own, which are passed over.
    pub(crate) fn received(&self, place: &mut Place, text: &[u8]) -> Result<()> {
        let Some(number) = number(text)? else {
            return Ok(());
        };
        match place.0 {
            Some(expected) if number > expected => {
                bail!("lost or reordered: event {number} came where {expected} was due")
            }
            Some(expected) if number < expected => {
                bail!("doubled or reordered: event {number} came where {expected} was due")
            }
            _ => place.0 = Some(number + 1),
        }
        if number == self.current.get() {
            self.arrived.set(self.arrived.get() + 1);
            if self.arrived.get() == self.subscribers {
                self.changed.notify_one();
            }
        }
        Ok(())
    }

    /// A subscriber failed; the run ends.
    pub(crate) fn failed(&self, error: &anyhow::Error) {
        self.fault
            .borrow_mut()
            .get_or_insert_with(|| format!("{error:#}"));
        self.changed.notify_one();
    }

    /// Waits until this many streams are open.
    pub(crate) async fn at_least_open(&self, streams: usize) -> Result<()> {
        let open = || self.open.get();
        self.wait(PATIENCE, "streams are open", streams, open).await
    }

    /// Begins the next event and gives its number.
    pub(crate) fn begin(&self) -> u64 {
        self.arrived.set(0);
        self.current.set(self.current.get() + 1);
        self.current.get()
    }

    /// Waits until all subscribers have the event under way.
    pub(crate) async fn all_arrived(&self) -> Result<()> {
        let arrived = || self.arrived.get();
        let what = "subscribers received the event";
        self.wait(PATIENCE, what, self.subscribers, arrived).await
    }

    /// Like [`Self::all_arrived`], but tells after three seconds that not all did: before the run they need not.
    pub(crate) async fn all_arrived_early(&self) -> Result<bool> {
        let arrived = || self.arrived.get();
        let patience = Duration::from_secs(3);
        let waited = self.wait(patience, "", self.subscribers, arrived).await;
        self.check()?;
        Ok(waited.is_ok())
    }

    async fn wait(
        &self,
        patience: Duration,
        what: &str,
        target: usize,
        count: impl Fn() -> usize,
    ) -> Result<()> {
        let reached = async {
            while count() < target {
                self.changed.notified().await;
                self.check()?;
            }
            self.check()
        };
        timeout(patience, reached).await.unwrap_or_else(|_| {
            Err(anyhow!(
                "lost: {} of {target} {what} within {patience:?}",
                count()
            ))
        })
    }

    fn check(&self) -> Result<()> {
        match self.fault.borrow().as_ref() {
            Some(fault) => bail!("{fault}"),
            None => Ok(()),
        }
    }
}

/// The number of an event of the run: its total.
pub(crate) fn number(text: &[u8]) -> Result<Option<u64>> {
    if memmem::find(text, br#""name":"orders:created""#).is_none() {
        if memmem::find(text, br#""name":"pubsub:gap""#).is_some() {
            bail!(
                "lost: the server told of a gap: {}",
                String::from_utf8_lossy(text)
            );
        }
        return Ok(None);
    }
    let key = br#""total":"#;
    let digits = memmem::find(text, key).and_then(|at| text.get(at + key.len()..));
    let digits = digits.unwrap_or_default();
    let length = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = std::str::from_utf8(&digits[..length])?.parse();
    Ok(Some(
        number.map_err(|_| anyhow!("an event without a number"))?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: &str) -> Vec<u8> {
        format!(r#"{{"name":"orders:created","payload":{{"orderId":"a","total":{number}}}}}"#)
            .into_bytes()
    }

    /// What a subscriber that receives these numbers is told at the end.
    fn outcome(numbers: &[&str]) -> Result<()> {
        let (ledger, mut place) = (Ledger::new(1), Place::default());
        for number in numbers {
            ledger.received(&mut place, &event(number))?;
        }
        Ok(())
    }

    #[test]
    fn events_in_order_pass_and_system_events_are_passed_over() {
        outcome(&["3", "4.0", "5"]).unwrap();
        let (ledger, mut place) = (Ledger::new(1), Place::default());
        let ready = br#"{"name":"pubsub:ready","payload":{}}"#;
        ledger.received(&mut place, ready).unwrap();
        assert_eq!(place.0, None);
    }

    #[test]
    fn a_lost_doubled_or_reordered_event_is_a_fault() {
        for (numbers, word) in [
            (["1", "3"].as_slice(), "lost"),
            (&["1", "2", "2"], "doubled"),
            (&["2", "1"], "reordered"),
        ] {
            let fault = outcome(numbers).unwrap_err().to_string();
            assert!(fault.contains(word), "{fault}");
        }
    }

    #[test]
    fn a_gap_is_a_fault() {
        let gap = br#"{"name":"pubsub:gap","payload":{"missed":2}}"#;
        let ledger = Ledger::new(1);
        assert!(ledger.received(&mut Place::default(), gap).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_does_not_reach_everybody_is_a_fault() {
        let ledger = Ledger::new(2);
        ledger.begin();
        ledger.received(&mut Place::default(), &event("1")).unwrap();
        let fault = ledger.all_arrived().await.unwrap_err().to_string();
        assert!(fault.contains("lost: 1 of 2"), "{fault}");
    }
}
