//! `pubsub-gen docs`

use std::path::PathBuf;

use clap::Args;
use pubsub_gen::catalogue;

use super::{Outcome, domain::Domain, files::check_file, replace};

/// Writes a Markdown page of every channel and event.
#[derive(Debug, Args)]
pub(crate) struct Docs {
    #[command(flatten)]
    domain: Domain,
    /// The file; without it the page is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Docs {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        if let Some(out) = &self.out {
            check_file("--out", out, |old| old.starts_with("# Events of "))?;
        }
        let declared = self.domain.read()?;
        let page = catalogue(&declared.manifest)?;
        let Some(out) = self.out else {
            return Ok(Outcome::Done(page.trim_end().to_owned()));
        };
        replace(&out, &page)?;
        Ok(Outcome::Done(format!("wrote {}", out.display())))
    }
}
