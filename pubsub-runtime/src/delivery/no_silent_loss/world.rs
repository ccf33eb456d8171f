//! Servers, clients and the course of one case, on a paused clock.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::{task::JoinHandle, time::sleep};
use uuid::Uuid;

use super::{
    case::{Action, Case},
    client::{self, Client, Memory},
    dice::Dice,
    engine::{Connected, Engine},
    oracle::{Known, Ledger, Verdict},
    truth::Truth,
};
use crate::{
    delivery::{closing::Closing, hub::Hub, ring::RingBudget},
    words::{
        clock::{Clock, IdSource},
        envelope::Timestamp,
    },
};

/// How long everybody is given to come to the end once nothing goes wrong any more.
///
/// The longest absence of a client is part of it.
const CALM: Duration = Duration::from_secs(400);

/// The most frames that the clients of a case are given: some hundreds are usual.
const MAX_FRAMES: u64 = 20_000;

/// Ids and jitter out of the case's seed.
struct Ids(Mutex<Dice>);

impl IdSource for Ids {
    fn event_id(&self, _: Timestamp) -> Uuid {
        Uuid::from_u64_pair(self.random(), self.random())
    }

    fn random(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }
}

/// Everything but the clients' tasks.
pub(super) struct World {
    pub(super) logs: usize,
    pub(super) max_replay: u64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) closing: Closing,
    ring: usize,
    engine: Arc<Engine>,
    // A std mutex: it is held for one step of a client, never across an await.
    inner: Mutex<Inner>,
}

struct Inner {
    hubs: Vec<Arc<Hub>>,
    clients: Vec<Client>,
    dice: Dice,
    violation: Option<String>,
    frames: u64,
}

/// What a case came to, besides no violation.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) published: u64,
    pub(super) received: u64,
    pub(super) gaps: u64,
}

impl World {
    fn new(case: &Case) -> Arc<Self> {
        let mut dice = Dice::new(case.seed);
        let truth = Truth::new(case.logs, case.links);
        let engine = Engine::new(truth, Dice::new(dice.next()), case.page, case.notices);
        let ids: Arc<dyn IdSource> = Arc::new(Ids(Mutex::new(Dice::new(dice.next()))));
        let client = |keeps_event_ids: &bool| Client {
            memory: Memory {
                // Without links an id that is found in one life and read after in the next cannot be told.
                keeps_event_ids: *keeps_event_ids && case.links,
                ..Memory::default()
            },
            ledger: Ledger::new(case.logs, case.max_replay),
        };
        let world = Self {
            logs: case.logs,
            max_replay: case.max_replay,
            clock: Arc::new(Standing),
            closing: Closing::new(Duration::ZERO, Arc::clone(&ids)),
            ids,
            ring: case.ring,
            engine,
            inner: Mutex::new(Inner {
                hubs: Vec::new(),
                clients: case.clients.iter().map(client).collect(),
                dice,
                violation: None,
                frames: 0,
            }),
        };
        let hubs = (0..case.servers)
            .map(|server| world.start_server(server))
            .collect();
        world.lock().hubs = hubs;
        Arc::new(world)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start_server(&self, server: usize) -> Arc<Hub> {
        let connected = Connected {
            engine: Arc::clone(&self.engine),
            server,
        };
        Hub::with_budget(
            Arc::new(connected),
            Arc::clone(&self.ids),
            RingBudget::new(self.ring, 1 << 20),
        )
    }

    fn is_calm(&self) -> bool {
        self.engine.lock().calm
    }

    pub(super) fn hub(&self, server: usize) -> Arc<Hub> {
        Arc::clone(&self.lock().hubs[server])
    }

    pub(super) fn pick_server(&self) -> usize {
        let mut inner = self.lock();
        let servers = inner.hubs.len() as u64;
        usize::try_from(inner.dice.below(servers)).unwrap_or(0)
    }

    /// How long somebody waits who is in no hurry.
    pub(super) fn pause(&self, longest: Duration) -> Duration {
        if self.is_calm() {
            return Duration::ZERO;
        }
        self.lock().dice.delay(longest)
    }

    /// How many bytes a client takes at once.
    pub(super) fn budget(&self) -> usize {
        if self.lock().dice.chance(50) {
            1
        } else {
            4_096
        }
    }

    /// How many of the frames written arrive: nearly always all.
    pub(super) fn arrives(&self, written: usize) -> usize {
        let is_calm = self.is_calm();
        let mut inner = self.lock();
        if is_calm || written == 0 || !inner.dice.chance(2) {
            return written;
        }
        usize::try_from(inner.dice.below(written as u64)).unwrap_or(0)
    }

    fn note(&self, what: String) {
        self.lock().violation.get_or_insert(what);
    }

    /// Client number `index` connects; what it presents.
    pub(super) fn connects(&self, index: usize) -> Option<String> {
        let presents = {
            let engine = self.engine.lock();
            self.lock().clients[index].connects(&engine.truth)
        };
        presents.unwrap_or_else(|what| {
            self.note(format!("client {index}: {what}"));
            None
        })
    }

    /// Client number `index` is given a frame.
    pub(super) fn receives(&self, index: usize, frame: &Bytes) {
        let verdict = {
            let engine = self.engine.lock();
            let mut inner = self.lock();
            inner.frames += 1;
            if inner.frames > MAX_FRAMES {
                Err("it is told the same again and again without an end".to_owned())
            } else {
                inner.clients[index].receives(&engine.truth, frame)
            }
        };
        if let Err(what) = verdict {
            self.note(format!("client {index}: {what}"));
        }
    }

    /// Whether more was written than any course of a case can ask for: whoever goes on would never stop.
    pub(super) fn is_flooded(&self) -> bool {
        self.lock().frames > MAX_FRAMES
    }

    /// What is wrong so far.
    fn verdict(&self) -> Verdict {
        if self.engine.lock().is_read_without_end() {
            return Err("storage is read again and again without an end".to_owned());
        }
        self.lock().violation.clone().map_or(Ok(()), Err)
    }

    /// Whether client number `index` knows of everything.
    fn is_complete(&self, index: usize) -> Verdict {
        let engine = self.engine.lock();
        let inner = self.lock();
        for (log, known) in &inner.clients[index].ledger.known {
            let head = engine.truth.head(*log);
            if *known != Known::Until(head) {
                return Err(format!(
                    "client {index} stays at {known:?} in log {log}, whose head is {head:?}"
                ));
            }
        }
        Ok(())
    }

    fn outcome(&self) -> Outcome {
        let published = self.engine.lock().truth.published.len() as u64;
        let inner = self.lock();
        let sum = |count: fn(&Ledger) -> u64| {
            inner
                .clients
                .iter()
                .map(|client| count(&client.ledger))
                .sum()
        };
        Outcome {
            published,
            received: sum(|ledger| ledger.events),
            gaps: sum(|ledger| ledger.gaps),
        }
    }
}

/// The clients' tasks.
struct Tasks {
    world: Arc<World>,
    tasks: Vec<JoinHandle<()>>,
}

impl Tasks {
    fn cut(&mut self, index: usize, away: Duration) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.abort();
            *task = tokio::spawn(client::run(Arc::clone(&self.world), index, away));
        }
    }

    async fn act(&mut self, action: Action) {
        let world = Arc::clone(&self.world);
        let clients = self.tasks.len();
        match action {
            Action::Publish { log, count } => world.engine.publish(log % world.logs, count),
            Action::Trim { log, left } => world.engine.lock().truth.trim(log % world.logs, left),
            Action::Recreate { log } => world.engine.recreate(log % world.logs),
            Action::Rewind { log, count } => world.engine.rewind(log % world.logs, count),
            Action::Restart { server } => {
                let server = server % world.lock().hubs.len();
                let new = world.start_server(server);
                let old = std::mem::replace(&mut world.lock().hubs[server], new);
                // Whoever is connected to it loses the connection; a client anywhere else does not mind to come back.
                for index in 0..clients {
                    self.cut(index, world.pause(Duration::from_secs(3)));
                }
                old.stop().await;
            }
            Action::Cut { client, away } => self.cut(client % clients, away),
            Action::Garble { client } => {
                let client = client % clients;
                world.lock().clients[client].memory.garbles = true;
                self.cut(client, Duration::ZERO);
            }
            Action::Feed { log, server, fault } => {
                let servers = world.lock().hubs.len();
                world
                    .engine
                    .disturb(log % world.logs, server % servers, fault);
            }
            Action::Pass => {}
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Runs a case to its end.
pub(super) async fn run(case: &Case) -> Verdict<Outcome> {
    let world = World::new(case);
    let start = |index| tokio::spawn(client::run(Arc::clone(&world), index, Duration::ZERO));
    let mut tasks = Tasks {
        tasks: (0..case.clients.len()).map(start).collect(),
        world: Arc::clone(&world),
    };
    for step in &case.moves {
        tasks.act(step.action).await;
        sleep(step.wait).await;
        world.verdict()?;
    }
    world.engine.lock().calm = true;
    let clients = 0..case.clients.len();
    let mut waited = Duration::ZERO;
    loop {
        world.verdict()?;
        match clients
            .clone()
            .try_for_each(|index| world.is_complete(index))
        {
            Ok(()) => return Ok(world.outcome()),
            Err(what) if waited > CALM => return Err(what),
            Err(_) => {}
        }
        sleep(Duration::from_secs(1)).await;
        waited += Duration::from_secs(1);
    }
}
