//! `pubsub-gen check`

use clap::Args;
use pubsub_gen::{Found, Mode, report, sync};
use serde_json::json;

use super::{
    Format, Outcome,
    format::json,
    generate::{Emitted, Place},
};

/// Compares a directory with what a domain crate declares.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    place: Place,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let Emitted {
            manifest,
            artefacts,
            out,
        } = self.place.read()?;
        let differences = sync(&out, &manifest, &artefacts, Mode::Check)?;
        let text = if self.place.format == Format::Json {
            let files: Vec<_> = differences
                .iter()
                .map(|difference| {
                    let found = match difference.found {
                        Found::Missing => "missing",
                        Found::Changed => "differs",
                        Found::Stale => "noLongerEmitted",
                    };
                    json!({ "file": difference.file, "found": found })
                })
                .collect();
            json(&json!({ "out": out, "files": files }))?
        } else if differences.is_empty() {
            format!("{} is up to date", out.display())
        } else {
            report(&out, &differences)
        };
        Ok(if differences.is_empty() {
            Outcome::Done(text)
        } else {
            Outcome::Found(text)
        })
    }
}
