//! `pubsub-gen generate`

use std::path::PathBuf;

use clap::Args;
use pubsub_gen::{Artefact, Found, Mode, artefacts, sync, zod};
use pubsub_runtime::Manifest;

use super::{Outcome, domain::Domain, wrong_use};

/// Which domain crate, and which directory.
#[derive(Debug, Args)]
pub(super) struct Place {
    #[command(flatten)]
    domain: Domain,
    /// The directory of the emitted files; may be left out if `Pubsub.toml` says `out`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also `events-zod.ts`, schemas of zod 4; `zod = true` in `Pubsub.toml` does the same.
    #[arg(long)]
    zod: bool,
}

/// What is emitted for a domain crate, and where to.
pub(super) struct Emitted {
    pub(super) manifest: Manifest,
    pub(super) artefacts: Vec<Artefact>,
    pub(super) out: PathBuf,
}

/// Writes the artefacts of a domain crate.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    place: Place,
}

impl Place {
    /// What the domain crate declares, and what is emitted for it.
    pub(super) fn read(&self) -> anyhow::Result<Emitted> {
        let declared = self.domain.read()?;
        let Some(out) = self.out.clone().or(declared.settings.out) else {
            return wrong_use("write `--out DIR`, or `out = \"DIR\"` in Pubsub.toml");
        };
        let mut artefacts = artefacts(&declared.manifest)?;
        if self.zod || declared.settings.zod {
            artefacts.push(zod(&declared.manifest)?);
        }
        Ok(Emitted {
            manifest: declared.manifest,
            artefacts,
            out,
        })
    }
}

impl Generate {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let Emitted {
            manifest,
            artefacts,
            out,
        } = self.place.read()?;
        let differences = sync(&out, &manifest, &artefacts, Mode::Write(None))?;
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
