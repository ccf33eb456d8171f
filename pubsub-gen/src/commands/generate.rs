//! `pubsub-gen generate`

use std::path::{Path, PathBuf};

use clap::Args;
use pubsub_gen::{Artefact, Found, Mode, artefacts, sync};
use pubsub_runtime::Manifest;

use super::{Outcome, probe, workspace::Workspace};

/// Which domain crate, and which directory.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The domain crate; may be left out if the workspace has one.
    #[arg(long, short, value_name = "NAME")]
    package: Option<String>,
    /// The directory of the emitted files.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// The Cargo.toml of the workspace or of a package in it; by default that of the working directory.
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
}

/// Writes the artefacts of a domain crate.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    place: Place,
}

impl Place {
    /// What the domain crate declares, and what is emitted for it.
    pub(super) fn read(&self) -> anyhow::Result<(Manifest, Vec<Artefact>)> {
        let workspace = Workspace::find(self.manifest_path.as_deref())?;
        let package = workspace.domain(self.package.as_deref())?;
        let manifest = probe::manifest(&workspace, package)?;
        let artefacts = artefacts(&manifest)?;
        Ok((manifest, artefacts))
    }
}

impl Generate {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let (manifest, artefacts) = self.place.read()?;
        let out: &Path = &self.place.out;
        let differences = sync(out, &manifest, &artefacts, Mode::Write(None))?;
        if differences.is_empty() {
            return Ok(Outcome::Done(format!("{} is up to date", out.display())));
        }
        let lines: Vec<_> = differences
            .iter()
            .map(|difference| {
                let verb = match difference.found {
                    Found::Stale => "removed",
                    Found::Missing | Found::Changed => "wrote",
                };
                format!("{verb} {}", out.join(&difference.file).display())
            })
            .collect();
        Ok(Outcome::Done(lines.join("\n")))
    }
}
