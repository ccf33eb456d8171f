//! The events a subscription has seen lately.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    sync::Arc,
};

/// How many ids are kept.
const KEPT: usize = 1_024;

/// The last 1,024 event ids, so that an event delivered again after a reconnect is yielded once.
#[derive(Default)]
pub(super) struct RecentIds {
    order: VecDeque<Arc<str>>,
    known: HashSet<Arc<str>>,
}

impl RecentIds {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Whether the id is new; it is known from now on.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        if self.known.contains(id) {
            return false;
        }
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        let id: Arc<str> = id.into();
        self.order.push_back(Arc::clone(&id));
        self.known.insert(id)
    }
}

impl fmt::Debug for RecentIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecentIds")
            .field("len", &self.order.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_until_1024_others_came() {
        let mut recent = RecentIds::new();
        assert!(recent.insert("first"));
        assert!(!recent.insert("first"));
        for other in 0..1_023 {
            assert!(recent.insert(&other.to_string()));
        }
        assert!(!recent.insert("first"));
        assert!(recent.insert("one more"));
        assert!(recent.insert("first"));
        assert_eq!(recent.known.len(), KEPT);
        assert_eq!(recent.order.len(), KEPT);
    }
}
