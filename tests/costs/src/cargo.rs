//! Runs cargo, and counts what it and its children cost.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeVal,
};

/// Cargo in one project, with a target folder of its own.
#[derive(Debug)]
pub(crate) struct Cargo {
    pub(crate) project: PathBuf,
    pub(crate) target: PathBuf,
}

impl Cargo {
    /// Runs it; gives the processor time of its whole process tree.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<Duration> {
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .current_dir(&self.project)
            .env("CARGO_TARGET_DIR", &self.target)
            // As on a developer's machine, whatever is set for the run of the tests.
            .env("CARGO_INCREMENTAL", "1")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null());
        let before = children()?;
        let output = command.output().context("cargo cannot be started")?;
        let spent = children()?.saturating_sub(before);
        if !output.status.success() {
            bail!(
                "{command:?} failed:\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(spent)
    }

    /// The path of a program that was built.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }
}

/// Runs a program; gives its processor time and what it printed.
pub(crate) fn run(command: &mut Command) -> Result<(Duration, String)> {
    let before = children()?;
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{command:?} cannot be started"))?;
    let spent = children()?.saturating_sub(before);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "{command:?} failed:\n{printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok((spent, printed))
}

/// The processor time of every child that has ended and was waited for, and of theirs.
fn children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("getrusage failed")?;
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}

fn duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec()).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Whether other work keeps the machine busy: the load of the last minute, before anything is measured.
pub(crate) fn load() -> Option<String> {
    let text = std::fs::read_to_string(Path::new("/proc/loadavg")).ok()?;
    text.split(' ').next().map(str::to_owned)
}
