//! `pubsub-gen lint`

use std::fmt::Write as _;

use clap::Args;
use pubsub_gen::Level;

use super::{
    Format, Outcome,
    domain::Domain,
    format::{FAILURE, NAME, PLAIN, QUIET, WARNING, json, styled},
    settings::LevelFlags,
};

/// Tells what in the declarations is likely to be regretted; exit code 1 if there is anything.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    domain: Domain,
    #[command(flatten)]
    levels: LevelFlags,
    /// How the findings are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Lint {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let chosen = self.domain.choose()?;
        let levels = chosen.settings.levels(&self.levels)?;
        let declared = chosen.read()?;
        let findings = pubsub_gen::lint(&declared.manifest, &levels);
        let denied = findings
            .iter()
            .filter(|finding| finding.level == Level::Deny)
            .count();
        let text = match self.format {
            Format::Json => json(&findings)?,
            Format::Text => {
                let mut text = String::new();
                for finding in &findings {
                    let style = match finding.level {
                        Level::Deny => FAILURE,
                        Level::Warn | Level::Allow => WARNING,
                    };
                    let _ = writeln!(
                        text,
                        "{}  {}\n  {}\n  {}\n",
                        styled(NAME, &finding.place),
                        styled(style, finding.lint.name()),
                        styled(PLAIN, &finding.what),
                        styled(QUIET, &finding.remedy),
                    );
                }
                text.push_str(&summary(findings.len(), findings.len() - denied));
                text
            }
        };
        Ok(if denied == 0 {
            Outcome::Done(text)
        } else {
            Outcome::Found(text)
        })
    }
}

/// Such as `3 findings, 1 of them a warning`.
fn summary(findings: usize, warnings: usize) -> String {
    let found = match findings {
        0 => return "nothing to say".to_owned(),
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    };
    match warnings {
        0 => found,
        1 => format!("{found}, 1 of them a warning"),
        many => format!("{found}, {many} of them warnings"),
    }
}
