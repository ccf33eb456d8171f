//! `pubsub-gen generate`

use std::path::PathBuf;

use clap::Args;
use pubsub_gen::{Artefact, Found, Mode, emitted, sync};
use pubsub_runtime::Manifest;
use serde_json::json;

use super::{Format, Outcome, domain::Domain, files::check_directory, format::json, wrong_use};

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
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
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
        // A path that cannot be meant is told before anything is compiled.
        if let Some(out) = &self.out {
            check_directory("--out", out)?;
        }
        let chosen = self.domain.choose()?;
        let Some(out) = self.out.clone().or_else(|| chosen.settings.out.clone()) else {
            return wrong_use(
                "no directory is named; write `--out DIR`, or `out = \"DIR\"` in Pubsub.toml",
            );
        };
        check_directory("--out", &out)?;
        let zod = self.zod || chosen.settings.zod;
        let declared = chosen.read()?;
        let artefacts = emitted(&declared.manifest, zod)?;
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
        let verb = |found: Found| match found {
            Found::Stale => "removed",
            Found::Missing | Found::Changed => "wrote",
        };
        if self.place.format == Format::Json {
            let files: Vec<_> = differences
                .iter()
                .map(|difference| json!({ "file": difference.file, "did": verb(difference.found) }))
                .collect();
            return Ok(Outcome::Done(json(&json!({ "out": out, "files": files }))?));
        }
        if differences.is_empty() {
            return Ok(Outcome::Done(format!("{} is up to date", out.display())));
        }
        let lines: Vec<_> = differences
            .iter()
            .map(|difference| {
                let path = out.join(&difference.file);
                format!("{} {}", verb(difference.found), path.display())
            })
            .collect();
        Ok(Outcome::Done(lines.join("\n")))
    }
}
