//! `Pubsub.toml`: what need not be typed each time.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use pubsub_gen::Lint;
use serde::Deserialize;

use super::{domain::closest, wrong_use};

/// The file, at the root of the workspace.
const FILE: &str = "Pubsub.toml";

/// What `Pubsub.toml` says.
///
/// ```toml
/// package = "orders-events"
/// out = "clients/web/src/generated"
/// zod = true
///
/// [lint]
/// allow = ["no-example"]
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The domain crate.
    pub(super) package: Option<String>,
    /// The directory of the emitted files, relative to the workspace.
    pub(super) out: Option<PathBuf>,
    /// Whether `events-zod.ts` is emitted.
    #[serde(default)]
    pub(super) zod: bool,
    #[serde(default)]
    lint: LintSettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LintSettings {
    #[serde(default)]
    allow: Vec<String>,
}

impl Settings {
    /// Reads the file of a workspace; there need not be one.
    pub(super) fn find(root: &Path) -> anyhow::Result<Self> {
        let path = root.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        };
        let mut settings: Self = match toml_edit::de::from_str(&text) {
            Ok(settings) => settings,
            Err(error) => {
                return wrong_use(format!(
                    "{}: {}",
                    path.display(),
                    error.to_string().trim_end()
                ));
            }
        };
        settings.out = settings.out.map(|out| root.join(out));
        Ok(settings)
    }

    /// The rules that are not applied: those of the file and those of the command line.
    pub(super) fn allowed(&self, also: &[String]) -> anyhow::Result<Vec<Lint>> {
        self.lint
            .allow
            .iter()
            .chain(also)
            .map(|name| Lint::named(name).map_or_else(|| unknown(name), Ok))
            .collect()
    }
}

fn unknown(name: &str) -> anyhow::Result<Lint> {
    let names = || Lint::ALL.into_iter().map(Lint::name);
    let hint = match closest(name, names()) {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    wrong_use(format!("no rule `{name}`; {hint}"))
}
