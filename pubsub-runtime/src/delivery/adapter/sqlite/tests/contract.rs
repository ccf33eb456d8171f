//! The contract of adapters, each behaviour on a file of its own; every handle opens the file anew, as another process would.

use super::{
    super::super::{
        DynAdapter,
        contract::{self, Fixture, HandClock, Threads},
    },
    *,
};

struct OneFile {
    folder: TempDir,
    clock: HandClock,
}

impl OneFile {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: HandClock::new(),
        }
    }

    fn open(&self) -> Result<Sqlite> {
        Sqlite::options()
            .clock(self.clock.clone())
            .open(self.folder.path().join("orders.db"))
    }
}

impl Fixture for OneFile {
    async fn connect(&self) -> Result<Arc<dyn DynAdapter>> {
        Ok(Arc::new(self.open()?))
    }

    async fn restart(&self) -> Result<()> {
        Ok(())
    }

    fn clock(&self) -> Option<HandClock> {
        Some(self.clock.clone())
    }

    async fn append_in_transaction(
        &self,
        batch: Vec<(LogId, NewEvent)>,
        commit: bool,
    ) -> Result<()> {
        let run = move |tx: &SqliteTx<'_>| -> Result<()> {
            for (log, event) in &batch {
                tx.append(log, event)?;
            }
            if commit {
                return Ok(());
            }
            Err(Error::new(ErrorKind::Conflict, "rolled back"))
        };
        match self.open()?.transact(run).await {
            Err(error) if error.kind() == ErrorKind::Conflict && !commit => Ok(()),
            done => done,
        }
    }
}

#[test]
fn every_behaviour_of_the_contract_is_held() {
    let mut broken = Vec::new();
    for behaviour in contract::behaviours() {
        let started = std::time::Instant::now();
        if let Err(error) = behaviour.check(&OneFile::new(), Threads::Two) {
            broken.push(format!("{error:#}"));
        }
        eprintln!("{} {:?}", behaviour.name, started.elapsed());
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
