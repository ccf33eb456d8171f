//! Which domain crate a command is about, and what it declares.

use std::path::PathBuf;

use clap::Args;
use pubsub_runtime::{EventManifest, Manifest};

use super::{
    probe::{self, Probe},
    settings::Settings,
    workspace::{About, Workspace},
    wrong_use,
};

/// Which domain crate.
#[derive(Debug, Args)]
pub(super) struct Domain {
    /// The domain crate; may be left out if the workspace has one, or `Pubsub.toml` names it.
    #[arg(long, short, value_name = "NAME")]
    package: Option<String>,
    /// The Cargo.toml of the workspace or of a package in it; by default that of the working directory.
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// Say what is done; on a terminal, work that lasts longer than a second is told anyway.
    #[arg(long, short)]
    verbose: bool,
}

/// The domain crate that is chosen, and what the workspace's `Pubsub.toml` says.
pub(super) struct Chosen {
    workspace: Workspace,
    package: String,
    pub(super) verbose: bool,
    pub(super) settings: Settings,
}

/// What a domain crate declares.
pub(super) struct Declared {
    pub(super) manifest: Manifest,
    /// The program that was built to read it.
    pub(super) probe: Probe,
}

impl Domain {
    /// Finds the domain crate; nothing is compiled.
    pub(super) fn choose(&self) -> anyhow::Result<Chosen> {
        let workspace = Workspace::find(self.manifest_path.as_deref())?;
        let settings = Settings::find(&workspace.root)?;
        let package = self.package.as_deref().or(settings.package.as_deref());
        let package = workspace.domain(package)?.about.name.clone();
        Ok(Chosen {
            workspace,
            package,
            verbose: self.verbose,
            settings,
        })
    }

    /// Compiles the domain crate and reads what it declares.
    pub(super) fn read(&self) -> anyhow::Result<Declared> {
        self.choose()?.read()
    }
}

impl Chosen {
    /// What the `Cargo.toml` of the domain crate says.
    pub(super) fn about(&self) -> anyhow::Result<&About> {
        Ok(&self.workspace.domain(Some(&self.package))?.about)
    }

    /// Compiles the domain crate and reads what it declares.
    pub(super) fn read(self) -> anyhow::Result<Declared> {
        let package = self.workspace.domain(Some(&self.package))?;
        let manifest = probe::manifest(&self.workspace, package, self.verbose)?;
        Ok(Declared {
            manifest,
            probe: Probe::of(&self.workspace, package),
        })
    }
}

/// The event with this name, or an error that says which one may be meant.
pub(super) fn event<'a>(manifest: &'a Manifest, name: &str) -> anyhow::Result<&'a EventManifest> {
    if let Some(event) = manifest.events.iter().find(|event| event.name == name) {
        return Ok(event);
    }
    let names = manifest.events.iter().map(|event| event.name.as_str());
    let closest = closest(name, names);
    let hint = match closest {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => "`pubsub-gen list` names them all".to_owned(),
    };
    wrong_use(format!("no event `{name}`; {hint}"))
}

/// The name that is likely to be meant.
pub(super) fn closest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this, names have little in common.
    const ALIKE: f64 = 0.7;
    names
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(alike, _)| *alike > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}
