//! What declarations cost, beside serde, schemars and ts-rs: `tests/load/run compile`.

mod cargo;
mod check;
mod items;
mod options;
mod project;
mod source;
mod table;
mod types;
mod usage;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};

use crate::{cargo::Cargo, options::Options, project::Project, table::Table};

fn main() -> ExitCode {
    match Options::from_args(std::env::args().skip(1)) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(options)) => match run(&options) {
            Ok(true) => ExitCode::SUCCESS,
            // A target is missed.
            Ok(false) => ExitCode::from(2),
            Err(error) => refuse(&error),
        },
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &anyhow::Error) -> ExitCode {
    eprintln!("{error:#}");
    ExitCode::FAILURE
}

/// Whether every target is reached.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn run(options: &Options) -> Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the package stands in no checkout")?;
    if options.asks_for("types") {
        types::installed(root)?;
    }
    let folder = target(root).join("costs");
    let project = Project::write(folder.clone(), root)?;
    let cargo = Cargo {
        project: folder.clone(),
        target: folder.join("target"),
    };
    let load = cargo::load();
    let mut table = Table::default();
    // The types come last, as they need what is generated.
    if options.asks_for("check") {
        check::measure(&project, &cargo, options, &mut table)?;
    }
    if options.asks_for("generation") || options.asks_for("types") {
        types::generate(&project, &cargo, options, &mut table)?;
    }
    if options.asks_for("types") {
        types::compile(&project, root, options, &mut table)?;
    }
    let head = format!(
        "{} events and as many enums; best of {} rounds. `cargo check`: processor time of the whole process tree; \
         the generator and `tsc`: time that passed. Load of the machine before: {}.",
        options.events,
        options.rounds,
        load.as_deref().unwrap_or("not known")
    );
    println!("{}", table.text(&head));
    Ok(table.all_reached())
}

/// Where cargo builds.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
