//! What happens in one case.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};

/// One case: who takes part, and what happens in which order.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Decides what chance decides: delays, losses, which server a client comes to.
    pub(super) seed: u64,
    /// How many logs each subscription reads.
    pub(super) logs: usize,
    pub(super) servers: usize,
    /// How many clients, and whether each keeps event ids where it can, rather than tokens.
    pub(super) clients: Vec<bool>,
    /// The bytes a ring may hold; a ring keeps one entry at least.
    pub(super) ring: usize,
    /// The most entries the engine puts on a page.
    pub(super) page: usize,
    pub(super) max_replay: u64,
    /// Whether entries carry the anchor of their predecessor.
    pub(super) links: bool,
    pub(super) notices: Notices,
    pub(super) moves: Vec<Move>,
}

/// What the engine's feed tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notices {
    Entries,
    Hints,
    Both,
}

/// Something that happens, and how long it is waited after it.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) action: Action,
    pub(super) wait: Duration,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// That many events are published, each with a new id.
    Publish { log: usize, count: u64 },
    /// Retention leaves that many entries.
    Trim { log: usize, left: u64 },
    /// The log is lost and begins a new life.
    Recreate { log: usize },
    /// A failover forgets that many of the newest entries; their numbers are used again.
    Rewind { log: usize, count: u64 },
    /// A server goes away with everything it held, and another takes its place.
    Restart { server: usize },
    /// A client loses its connection, and comes back after a time.
    Cut { client: usize, away: Duration },
    /// A client comes back with something that is no place.
    Garble { client: usize },
    /// A server's feed of a log does this.
    Feed {
        log: usize,
        server: usize,
        fault: FeedFault,
    },
    /// Nothing.
    Pass,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum FeedFault {
    End,
    Error,
    Reset,
    /// It tells nothing any more.
    Hang,
}

fn wait() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => Just(0_u64),
        3 => 1_u64..30,
        2 => 100_u64..1_500,
        2 => 2_000_u64..9_000,
        1 => 60_000_u64..200_000,
    ]
    .prop_map(Duration::from_millis)
}

fn action() -> impl Strategy<Value = Action> {
    let fault = prop_oneof![
        Just(FeedFault::End),
        Just(FeedFault::Error),
        Just(FeedFault::Reset),
        Just(FeedFault::Hang),
    ];
    let log = 0_usize..3;
    prop_oneof![
        12 => (log.clone(), 1_u64..6).prop_map(|(log, count)| Action::Publish { log, count }),
        3 => (log.clone(), 0_u64..6).prop_map(|(log, left)| Action::Trim { log, left }),
        1 => log.clone().prop_map(|log| Action::Recreate { log }),
        2 => (log.clone(), 1_u64..5).prop_map(|(log, count)| Action::Rewind { log, count }),
        1 => (0_usize..3).prop_map(|server| Action::Restart { server }),
        4 => (0_usize..4, wait()).prop_map(|(client, away)| Action::Cut { client, away }),
        1 => (0_usize..4).prop_map(|client| Action::Garble { client }),
        2 => (log, 0_usize..3, fault).prop_map(|(log, server, fault)| Action::Feed { log, server, fault }),
        1 => Just(Action::Pass),
    ]
}

/// Cases that are small, and together hold every combination.
pub(super) fn cases() -> impl Strategy<Value = Case> {
    let moves = vec(
        (action(), wait()).prop_map(|(action, wait)| Move { action, wait }),
        3..26,
    );
    let notices = prop_oneof![
        Just(Notices::Entries),
        Just(Notices::Hints),
        Just(Notices::Both)
    ];
    let people = (
        prop_oneof![6 => Just(1_usize), 1 => Just(2), 1 => Just(3)],
        1_usize..4,
        vec(any::<bool>(), 1..4),
    );
    let engine = (
        prop_oneof![Just(1_usize), Just(3_000), Just(1 << 20)],
        1_usize..5,
        prop_oneof![2 => Just(1_000_u64), 1 => 1_u64..12],
        proptest::bool::weighted(0.85),
        notices,
    );
    (any::<u64>(), people, engine, moves).prop_map(
        |(seed, (logs, servers, clients), (ring, page, max_replay, links, notices), moves)| Case {
            seed,
            logs,
            servers,
            clients,
            ring,
            page,
            max_replay,
            links,
            notices,
            moves,
        },
    )
}
