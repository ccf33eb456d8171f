//! The rules that keep a loss from being silent, by name, so that a test can take one away and see it missed.

/// A rule of delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// A place holds for one life of its log.
    Epoch,
    /// An entry continues a place only if it is the next one and carries the anchor of the place.
    Link,
    /// The ring's head is compared with the log's every few seconds.
    Tail,
    /// What a notification skips is read from storage before the ring takes it.
    Fill,
    /// What retention removed after a place is a gap.
    Trim,
}

/// Whether a rule is in force: always, outside tests.
#[cfg(not(test))]
#[inline]
pub(super) const fn holds(_: Rule) -> bool {
    true
}

#[cfg(test)]
pub(super) use taken_away::{holds, without};

#[cfg(test)]
mod taken_away {
    use std::cell::Cell;

    use super::Rule;

    thread_local! {
        static WITHOUT: Cell<&'static [Rule]> = const { Cell::new(&[]) };
    }

    /// Whether a rule is in force on this thread.
    pub(in crate::delivery) fn holds(rule: Rule) -> bool {
        !WITHOUT.get().contains(&rule)
    }

    /// Takes rules away on this thread, and nothing else, until it is called again.
    pub(in crate::delivery) fn without(rules: &'static [Rule]) {
        WITHOUT.set(rules);
    }
}
