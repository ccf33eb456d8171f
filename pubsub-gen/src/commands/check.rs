//! `pubsub-gen check`

use clap::Args;
use pubsub_gen::{Mode, report, sync};

use super::{
    Outcome,
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
        if differences.is_empty() {
            Ok(Outcome::Done(format!("{} is up to date", out.display())))
        } else {
            Ok(Outcome::Found(report(&out, &differences)))
        }
    }
}
