//! The fixture of SQLite: every handle opens the file anew, as another process does.

use std::sync::Arc;

use pubsub_runtime::{
    Error, Result,
    adapter::{
        DynAdapter, LogId, NewEvent, Sqlite,
        contract::{Fixture, HandClock},
        rusqlite::{Connection, TransactionBehavior},
    },
};
use tempfile::TempDir;

pub(crate) struct InSqlite {
    clock: HandClock,
    folder: TempDir,
}

impl InSqlite {
    pub(crate) fn new() -> Self {
        Self {
            clock: HandClock::new(),
            folder: tempfile::tempdir().expect("a folder for the file"),
        }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("events.db")
    }

    fn open(&self) -> Result<Sqlite> {
        Sqlite::options()
            .clock(self.clock.clone())
            .open(self.path())
    }
}

impl Fixture for InSqlite {
    async fn connect(&self) -> Result<Arc<dyn DynAdapter>> {
        Ok(Arc::new(self.open()?))
    }

    async fn restart(&self) -> Result<()> {
        Ok(()) // The file is all there is, and its handles are gone.
    }

    fn clock(&self) -> Option<HandClock> {
        Some(self.clock.clone())
    }

    /// On a connection of the application's own, with a row of its own.
    async fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> Result<()> {
        let sqlite = self.open()?;
        let mut connection = Connection::open(self.path())?;
        connection.execute("CREATE TABLE IF NOT EXISTS shipped (id TEXT)", ())?;
        let rows = |connection: &Connection| -> Result<usize> {
            Ok(
                connection.query_row("SELECT count(*) FROM shipped", (), |row| {
                    row.get::<_, u32>(0)
                })? as usize,
            )
        };
        let before = rows(&connection)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut added = 0;
        for (log, event) in batch {
            added += transaction.execute("INSERT INTO shipped VALUES ('abc')", ())?;
            sqlite.join(&transaction)?.append(&log, &event)?;
        }
        if commit {
            transaction.commit()?;
        } else {
            transaction.rollback()?;
            added = 0;
        }
        if rows(&connection)? == before + added {
            Ok(())
        } else {
            Err(Error::internal(
                "the application's row and the event were not committed together",
            ))
        }
    }
}
