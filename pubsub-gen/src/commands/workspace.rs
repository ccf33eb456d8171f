//! What cargo says of the workspace.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Deserialize;

use super::{BuildError, cargo::cargo, wrong_use};

/// The feature a build script, and the probe, asks of a domain crate.
pub(super) const FEATURE: &str = "codegen";

/// What cargo says of the workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Workspace {
    #[serde(rename = "workspace_root")]
    pub(super) root: PathBuf,
    pub(super) target_directory: PathBuf,
    packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    #[serde(flatten)]
    pub(super) about: About,
    manifest_path: PathBuf,
    features: BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
}

/// What a package says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) repository: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    /// The workspace of a manifest; of the working directory if none is given.
    pub(super) fn find(manifest_path: Option<&Path>) -> anyhow::Result<Self> {
        let mut command = cargo();
        command.args(["metadata", "--no-deps", "--format-version=1"]);
        if let Some(path) = manifest_path {
            if !path.is_file() {
                return wrong_use(format!(
                    "{} is not a Cargo.toml; write `--manifest-path path/to/Cargo.toml`",
                    path.display()
                ));
            }
            command.arg("--manifest-path").arg(path);
        }
        let output = command
            .output()
            .context("cargo cannot be started; is it on PATH?")?;
        if !output.status.success() {
            return Err(BuildError {
                what: "cargo does not understand this workspace".to_owned(),
                output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            }
            .into());
        }
        serde_json::from_slice(&output.stdout).context("cargo metadata was not understood")
    }

    /// The domain crate of this name; without one, the only crate that has the feature of one.
    pub(super) fn domain(&self, name: Option<&str>) -> anyhow::Result<&Package> {
        let domains: Vec<&Package> = self
            .packages
            .iter()
            .filter(|package| package.features.contains_key(FEATURE) && package.library().is_some())
            .collect();
        let known = || {
            let names: Vec<_> = domains
                .iter()
                .map(|package| format!("`{}`", package.about.name))
                .collect();
            names.join(", ")
        };
        let Some(name) = name else {
            return match domains.as_slice() {
                [one] => Ok(one),
                [] => wrong_use(format!(
                    "no library of this workspace has a feature `{FEATURE}`; add `{FEATURE} = [\"pubsub-runtime/registry\"]` to the domain crate's `[features]`"
                )),
                _ => wrong_use(format!(
                    "several crates declare events; choose one with `--package`: {}",
                    known()
                )),
            };
        };
        let Some(package) = self
            .packages
            .iter()
            .find(|package| package.about.name == name)
        else {
            return wrong_use(format!(
                "no package `{name}` in this workspace; domain crates are {}",
                if domains.is_empty() {
                    "none".to_owned()
                } else {
                    known()
                }
            ));
        };
        if package.library().is_none() {
            return wrong_use(format!(
                "package `{name}` has no library; move `domain!` and the events into `src/lib.rs`"
            ));
        }
        if !package.features.contains_key(FEATURE) {
            return wrong_use(format!(
                "package `{name}` has no feature `{FEATURE}`; add `{FEATURE} = [\"pubsub-runtime/registry\"]` to its `[features]`"
            ));
        }
        Ok(package)
    }
}

impl Package {
    /// The name of its library, as in paths.
    pub(super) fn library(&self) -> Option<String> {
        let is_library = |target: &&Target| {
            let kinds = ["lib", "rlib"];
            target
                .kind
                .iter()
                .any(|kind| kinds.contains(&kind.as_str()))
        };
        self.targets
            .iter()
            .find(is_library)
            .map(|target| target.name.replace('-', "_"))
    }

    /// Its directory.
    pub(super) fn directory(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new("."))
    }
}
