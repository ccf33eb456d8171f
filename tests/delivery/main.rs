//! The contract of adapters: on every adapter, and on broken ones that it has to catch.
//!
//! One test per behaviour and adapter: `cargo test --test delivery -- memory::` runs those of one adapter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of tests fails as a test does"
)]

mod broken;
mod sqlite;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use pubsub_runtime::adapter::{
    Capabilities,
    contract::{self, DynFixture, Held, InMemory, Threads},
};

use sqlite::InSqlite;

/// Makes the fixture of one adapter; each test gets its own.
type Make = fn() -> Box<dyn DynFixture>;

/// Every adapter that is there, by name.
const ADAPTERS: &[(&str, Make)] = &[
    ("memory", || Box::new(InMemory::new())),
    ("sqlite", || Box::new(InSqlite::new())),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They wait for the disk and for clocks more than they compute.
    arguments.test_threads = arguments.test_threads.or(Some(4));
    let mut trials = broken::trials();
    for (name, make) in ADAPTERS {
        trials.extend(trials_of(name, *make));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Every behaviour on an adapter, with several threads and with one; what does not apply to it is ignored.
fn trials_of(adapter: &str, make: Make) -> Vec<Trial> {
    let capabilities = capabilities(make);
    let mut trials = Vec::new();
    for threads in [Threads::Two, Threads::One] {
        for behaviour in contract::behaviours() {
            let mut name = format!("{adapter}::{}", behaviour.name);
            if threads == Threads::One {
                name.push_str(" on one thread");
            }
            let ignored = !behaviour.applies(&capabilities);
            let run = move || said(behaviour.check(make().as_ref(), threads));
            trials.push(Trial::test(name, run).with_ignored_flag(ignored));
        }
    }
    trials
}

fn capabilities(make: Make) -> Capabilities {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let node = runtime.block_on(make().connect()).unwrap();
    node.capabilities()
}

/// What failed, with every cause.
fn said(held: Held) -> Result<(), Failed> {
    held.map_err(|error| format!("{error:#}").into())
}
