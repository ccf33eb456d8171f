//! Places of consumers that live as long as the process.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{CursorStore, StoreFuture, StoredCursor};
use crate::words::clock::{Clock, SystemClock};

/// How many places are kept unless told otherwise.
const MAX_PLACES: usize = 100_000;

/// Keeps the places of consumers in memory: at most a number of them, of which the one that would expire first makes room.
pub struct MemoryCursorStore {
    clock: Arc<dyn Clock>,
    max_places: usize,
    // A std mutex: it is held for a look-up or an insert, never across an await.
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    by_key: HashMap<Arc<str>, (StoredCursor, u64)>,
    /// When each expires, in milliseconds since the epoch; the soonest first.
    by_expiry: BTreeSet<(u64, Arc<str>)>,
}

impl MemoryCursorStore {
    /// Keeps at most 100,000 places.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    pub(crate) fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            max_places: MAX_PLACES,
            places: Mutex::default(),
        }
    }

    /// Keeps at most `max_places`, at least one.
    #[must_use]
    pub fn max_places(mut self, max_places: usize) -> Self {
        self.max_places = max_places.max(1);
        self
    }

    fn on_places<T>(&self, act: impl FnOnce(&mut Places) -> T) -> T {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.expire(self.clock.now().as_millis());
        act(&mut places)
    }
}

impl Places {
    fn expire(&mut self, now: u64) {
        while self.by_expiry.first().is_some_and(|(at, _)| *at <= now) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.by_expiry.pop_first() {
            self.by_key.remove(&key);
        }
    }

    fn put(&mut self, key: Arc<str>, cursor: StoredCursor, expires: u64) {
        if let Some((_, before)) = self.by_key.insert(Arc::clone(&key), (cursor, expires)) {
            self.by_expiry.remove(&(before, Arc::clone(&key)));
        }
        self.by_expiry.insert((expires, key));
    }
}

impl CursorStore for MemoryCursorStore {
    fn survives_restart(&self) -> bool {
        false
    }

    fn get(&self, key: String) -> StoreFuture<'_, Option<StoredCursor>> {
        let found = self.on_places(|places| {
            let (cursor, _) = places.by_key.get(&*key)?;
            Some(cursor.clone())
        });
        Box::pin(std::future::ready(Ok(found)))
    }

    fn put(&self, key: String, cursor: StoredCursor, ttl: Duration) -> StoreFuture<'_, ()> {
        let ttl = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        let expires = self.clock.now().as_millis().saturating_add(ttl);
        self.on_places(|places| {
            places.put(key.into(), cursor, expires);
            while places.by_key.len() > self.max_places {
                places.forget_first();
            }
        });
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Default for MemoryCursorStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryCursorStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCursorStore")
            .field("max_places", &self.max_places)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::words::envelope::Timestamp;

    #[derive(Clone, Default)]
    struct Hand(Arc<AtomicU64>);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    const TTL: Duration = Duration::from_secs(10);

    async fn put(store: &MemoryCursorStore, key: &str, cursor: &str) {
        let cursor = StoredCursor {
            cursor: cursor.to_owned(),
            confirmed: true,
        };
        store.put(key.to_owned(), cursor, TTL).await.unwrap();
    }

    async fn get(store: &MemoryCursorStore, key: &str) -> Option<String> {
        let found = store.get(key.to_owned()).await.unwrap();
        found.map(|stored| stored.cursor)
    }

    #[tokio::test]
    async fn a_place_is_kept_until_its_time_is_over() {
        let hand = Hand::default();
        let store = MemoryCursorStore::with_clock(Arc::new(hand.clone()));
        put(&store, "a", "1").await;
        hand.0.store(5_000, Ordering::Relaxed);
        put(&store, "a", "2").await;
        put(&store, "b", "3").await;
        hand.0.store(14_999, Ordering::Relaxed);
        assert_eq!(get(&store, "a").await.as_deref(), Some("2"));
        hand.0.store(15_000, Ordering::Relaxed);
        assert_eq!(
            (get(&store, "a").await, get(&store, "b").await),
            (None, None)
        );
        assert!(store.places.lock().unwrap().by_key.is_empty());
    }

    #[tokio::test]
    async fn the_place_that_expires_first_makes_room() {
        let hand = Hand::default();
        let store = MemoryCursorStore::with_clock(Arc::new(hand.clone())).max_places(3);
        for (number, key) in ["a", "b", "c", "a", "d"].into_iter().enumerate() {
            hand.0.store(number as u64, Ordering::Relaxed);
            put(&store, key, "1").await;
        }
        let mut kept = Vec::new();
        for key in ["a", "b", "c", "d"] {
            kept.extend(get(&store, key).await.map(|_| key));
        }
        assert_eq!(kept, ["a", "c", "d"]);
        assert_eq!(store.places.lock().unwrap().by_expiry.len(), 3);
    }
}
