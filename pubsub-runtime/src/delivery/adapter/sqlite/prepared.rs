//! An event that waits for a transaction.

use super::{
    super::{Appended, LogId, NewEvent},
    transaction::SqliteTx,
};
use crate::words::error::Result;

/// An event that is ready to be appended in a transaction of the application; see [`Publisher::prepare`](crate::Publisher::prepare).
#[derive(Debug, Clone)]
pub struct Prepared {
    log: LogId,
    event: NewEvent,
}

impl Prepared {
    pub(crate) fn new(log: LogId, event: NewEvent) -> Self {
        Self { log, event }
    }

    /// The event's id.
    pub fn id(&self) -> uuid::Uuid {
        self.event.id
    }

    /// Appends the event; it is published once the transaction is committed, and never if it is rolled back.
    ///
    /// # Errors
    ///
    /// As [`SqliteTx::append`].
    pub fn append_in(&self, tx: &SqliteTx<'_>) -> Result<Appended> {
        tx.append(&self.log, &self.event)
    }
}
