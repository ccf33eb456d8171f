//! Where the places of consumers are kept that cannot send a cursor themselves.

mod memory;

pub use memory::MemoryCursorStore;

use std::{future::Future, pin::Pin, time::Duration};

use crate::words::error::Result;

/// A boxed future of a store's answer.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The place of one consumer, as it was stored last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCursor {
    /// The cursor token.
    pub cursor: String,
    /// Whether the client's network stack confirmed that it has everything up to it.
    pub confirmed: bool,
}

/// Where the places of consumers are kept; adapters that survive a restart bring one of their own.
///
/// A key names one consumer of one principal with its channels and filters, in at most 64 bytes of ASCII.
pub trait CursorStore: Send + Sync + 'static {
    /// Whether places are there after a restart: a name that such a store does not know is taken as new.
    fn survives_restart(&self) -> bool {
        true
    }

    /// The place stored last, unless its time is over.
    fn get(&self, key: String) -> StoreFuture<'_, Option<StoredCursor>>;

    /// Stores a place for `ttl`.
    fn put(&self, key: String, cursor: StoredCursor, ttl: Duration) -> StoreFuture<'_, ()>;
}
