//! Where orders are kept: in memory, up to a limit.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::orders::OrderCreated;

/// Orders by id.
#[derive(Debug)]
pub struct OrderStore {
    // A std mutex: it is held for one look-up, never across an await.
    orders: Mutex<HashMap<String, f64>>,
    capacity: usize,
}

/// Why an order was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It holds as many orders as it may.
    #[error("the order store is full")]
    Full,
}

impl OrderStore {
    /// The most orders a store holds by default.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// An empty store for at most `capacity` orders.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            orders: Mutex::default(),
            capacity,
        }
    }

    /// Stores an order; `false` if one of its id is there already, which then stays.
    ///
    /// # Errors
    ///
    /// The store is full.
    #[allow(
        clippy::unused_async,
        reason = "a database in its place would be asked asynchronously"
    )]
    pub async fn insert(&self, order: &OrderCreated) -> Result<bool, StoreError> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if orders.contains_key(&order.order_id) {
            return Ok(false);
        }
        if orders.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        orders.insert(order.order_id.clone(), order.total);
        Ok(true)
    }
}

impl Default for OrderStore {
    fn default() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }
}
