//! `cargo check` of the contenders beside each other.

use std::time::Duration;

use anyhow::Result;

use crate::{
    cargo::Cargo,
    options::Options,
    project::{CONTENDERS, Contender, Project},
    table::{Table, Target},
};

/// What the contender's clean and incremental checks cost in one round.
#[derive(Debug, Clone, Copy)]
struct Found {
    clean: Duration,
    incremental: Duration,
}

/// The most that a build of ours may cost, in the cost of serde's derives alone.
const TARGETS: [(&str, f64); 3] = [("client", 1.15), ("server", 1.25), ("codegen", 1.55)];

/// The most that an incremental check of ours may cost, in the cost of serde and schemars.
const INCREMENTAL: f64 = 1.10;

/// Measures every contender, and adds the rows.
pub(crate) fn measure(
    project: &Project,
    cargo: &Cargo,
    options: &Options,
    table: &mut Table,
) -> Result<()> {
    let contenders: Vec<_> = CONTENDERS
        .into_iter()
        .filter(|contender| options.measures(contender.title))
        .collect();
    for contender in &contenders {
        eprintln!("building what `{}` depends on", contender.title);
        project.write_items(contender, &contender.domain(options.events), false)?;
        check(cargo, contender)?;
    }
    let mut rounds: Vec<Vec<Found>> = vec![Vec::new(); contenders.len()];
    for round in 1..=options.rounds {
        for (contender, rounds) in contenders.iter().zip(&mut rounds) {
            let found = once(project, cargo, contender, options.events)?;
            eprintln!(
                "round {round}, {}: clean {:.2} s, incremental {:.2} s",
                contender.title,
                found.clean.as_secs_f64(),
                found.incremental.as_secs_f64()
            );
            rounds.push(found);
        }
    }
    let of = |package: &str, what: fn(&Found) -> Duration| {
        let at = contenders
            .iter()
            .position(|contender| contender.package == package)?;
        Some(rounds.get(at)?.iter().map(what).collect::<Vec<_>>())
    };
    let clean = |found: &Found| found.clean;
    let incremental = |found: &Found| found.incremental;
    let (serde, schemars) = (of("with-serde", clean), of("with-schemars", incremental));
    for (contender, rounds) in contenders.iter().zip(&rounds) {
        let most = TARGETS.iter().find(|(features, _)| {
            contender.package == "with-ours" && *features == contender.features
        });
        let target = |most: Option<f64>| most.map_or(Target::None, Target::AtMost);
        table.compared(
            &format!("`cargo check`, clean: {}", contender.title),
            &rounds.iter().map(clean).collect::<Vec<_>>(),
            serde.as_deref().map(|serde| (serde, "serde")),
            target(most.map(|(_, most)| *most)),
        );
        table.compared(
            &format!("`cargo check`, one field edited: {}", contender.title),
            &rounds.iter().map(incremental).collect::<Vec<_>>(),
            schemars
                .as_deref()
                .map(|schemars| (schemars, "serde, schemars")),
            target(most.map(|_| INCREMENTAL)),
        );
    }
    Ok(())
}

/// One clean check, and one after an edit of one field's type.
fn once(project: &Project, cargo: &Cargo, contender: &Contender, events: usize) -> Result<Found> {
    let domain = contender.domain(events);
    project.write_items(contender, &domain, false)?;
    cargo.run(["clean", "--quiet", "-p", contender.package])?;
    let clean = check(cargo, contender)?;
    project.write_items(contender, &domain, true)?;
    let incremental = check(cargo, contender)?;
    Ok(Found { clean, incremental })
}

fn check(cargo: &Cargo, contender: &Contender) -> Result<Duration> {
    let mut arguments = vec!["check", "--quiet", "-p", contender.package];
    if !contender.features.is_empty() {
        arguments.extend(["--features", contender.features]);
    }
    cargo.run(arguments)
}
