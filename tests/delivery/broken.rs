//! Each broken adapter fails the behaviours that are said to see its fault, and the sound one fails none.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use pubsub_runtime::adapter::contract::{
    self, Behaviour, Threads,
    broken::{BrokenFixture, FAULTS, Fault},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test(
        "broken::every_behaviour_sees_a_fault",
        every_behaviour,
    )];
    for behaviour in contract::behaviours() {
        let name = format!("broken::no_fault::{}", behaviour.name);
        trials.push(Trial::test(name, move || holds(&behaviour)));
    }
    for (fault, behaviours) in FAULTS {
        for name in *behaviours {
            let run = move || caught(*fault, name);
            trials.push(Trial::test(format!("broken::{fault:?}::{name}"), run));
        }
    }
    trials
}

/// No behaviour is in the list that cannot fail.
fn every_behaviour() -> Result<(), Failed> {
    let seeing: BTreeSet<_> = FAULTS.iter().flat_map(|(_, names)| *names).collect();
    let listed: Vec<_> = contract::behaviours().into_iter().collect();
    let blind: Vec<_> = listed
        .iter()
        .map(|behaviour| behaviour.name)
        .filter(|name| !seeing.contains(name))
        .collect();
    if blind.is_empty() {
        Ok(())
    } else {
        Err(format!("no broken adapter fails {blind:?}").into())
    }
}

/// Without a fault, the same adapter holds what it promises: a failure is the fault's.
fn holds(behaviour: &Behaviour) -> Result<(), Failed> {
    let fixture = BrokenFixture::new(Fault::Nothing);
    crate::said(behaviour.check(&fixture, Threads::Two))
}

fn caught(fault: Fault, name: &str) -> Result<(), Failed> {
    let found = contract::behaviours()
        .into_iter()
        .find(|behaviour| behaviour.name == name);
    let behaviour = found.ok_or_else(|| format!("there is no behaviour `{name}`"))?;
    match behaviour.check(&BrokenFixture::new(fault), Threads::Two) {
        Ok(()) => Err(format!("`{name}` does not see an adapter that {fault:?}").into()),
        Err(error) => {
            if std::env::var_os("SHOW_VIOLATIONS").is_some() {
                eprintln!("{fault:?}: {error:#}");
            }
            Ok(())
        }
    }
}
