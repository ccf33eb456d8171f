//! Where time and ids come from, so that tests can move both.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
#[cfg(feature = "server")]
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use uuid::Uuid;

use super::envelope::Timestamp;

/// Longer than any process lives: a longer time-out, such as [`Duration::MAX`], counts as this, so that it can be added to a moment.
#[cfg(feature = "server")]
pub(crate) const FOREVER: Duration = Duration::from_hours(24 * 365 * 10);

/// The source of wall-clock time.
pub trait Clock: Send + Sync + 'static {
    /// The time now, in milliseconds since the Unix epoch.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the operating system"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The source of event ids and other identifiers.
pub trait IdSource: Send + Sync + 'static {
    /// A new event id for an event published at `now`: a `UUIDv7` whose time part is `now`.
    fn event_id(&self, now: Timestamp) -> Uuid;

    /// A random number, for epochs and jitter.
    fn random(&self) -> u64;
}

/// Ids from the operating system's random numbers.
///
/// Ids minted within one millisecond rise: the 12 bits after the time part count up, as RFC 9562 §6.2 method 1 allows.
#[cfg(feature = "server")]
#[derive(Default)]
pub struct RandomIds {
    /// Milliseconds since the epoch, 48 bits, then the 12-bit counter.
    last: AtomicU64,
}

#[cfg(feature = "server")]
impl IdSource for RandomIds {
    fn event_id(&self, now: Timestamp) -> Uuid {
        let floor = now.as_millis() << 12;
        let next = |last: u64| floor.max(last + 1);
        let stamp = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(next(last))
            })
            .map_or(floor, next);
        let mut bytes = *random_uuid().as_bytes();
        bytes[..6].copy_from_slice(&(stamp >> 12).to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&(0x7000 | (stamp & 0xfff) as u16).to_be_bytes());
        Uuid::from_bytes(bytes)
    }

    fn random(&self) -> u64 {
        let (high, low) = random_uuid().as_u64_pair();
        // The version and variant bits are constant; folding the halves leaves none of them alone in the result.
        high.rotate_left(32) ^ low
    }
}

#[cfg(feature = "server")]
#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that asks for randomness"
)]
fn random_uuid() -> Uuid {
    Uuid::new_v4()
}

#[cfg(feature = "server")]
impl fmt::Debug for RandomIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomIds")
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_within_a_millisecond_and_over_it() {
        let ids = RandomIds::default();
        let mut last = Uuid::nil();
        for step in 0..10_000_u64 {
            let id = ids.event_id(Timestamp::from_millis(1_700_000_000_000 + step / 5_000));
            assert!(id > last, "{id} after {last}");
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            last = id;
        }
    }
}
