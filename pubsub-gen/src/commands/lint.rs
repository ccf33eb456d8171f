//! `pubsub-gen lint`

use std::fmt::Write as _;

use clap::Args;

use super::{
    Outcome,
    domain::Domain,
    format::{Format, NAME, QUIET, WARNING, json, styled},
};

/// Tells what in the declarations is likely to be regretted; exit code 1 if there is anything.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    domain: Domain,
    /// A rule that is not applied, repeatable; `[lint] allow = […]` in `Pubsub.toml` does the same.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// How the findings are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Lint {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let declared = self.domain.read()?;
        let allowed = declared.settings.allowed(&self.allow)?;
        let findings = pubsub_gen::lint(&declared.manifest, &allowed);
        let text = match self.format {
            Format::Json => json(&findings)?,
            Format::Text => {
                let mut text = String::new();
                for finding in &findings {
                    let _ = writeln!(
                        text,
                        "{}: {}\n  {}\n  {}\n",
                        styled(WARNING, finding.lint.name()),
                        styled(NAME, &finding.place),
                        finding.what,
                        styled(QUIET, &finding.remedy),
                    );
                }
                let _ = match findings.len() {
                    0 => write!(text, "nothing to say"),
                    1 => write!(text, "1 finding"),
                    many => write!(text, "{many} findings"),
                };
                text
            }
        };
        Ok(if findings.is_empty() {
            Outcome::Done(text)
        } else {
            Outcome::Found(text)
        })
    }
}
