//! What a build script calls.

mod cargo;
pub(crate) mod sync;

use std::path::PathBuf;

use pubsub_runtime::Registry;

use crate::artefacts::emitted;
use cargo::Cargo;
use sync::{Mode, sync};

/// Starts a generation inside a build script.
pub fn build() -> Build {
    Build::default()
}

/// What to generate, and where to.
#[derive(Debug, Default)]
#[must_use = "nothing is written before `emit`"]
pub struct Build {
    registry: Registry,
    export: Vec<PathBuf>,
    zod: bool,
}

impl Build {
    /// What is declared, from the domain crate's own `registry()`; several are joined.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = self.registry.merge(registry);
        self
    }

    /// Writes the files into this directory too, relative to the package; repeatable.
    ///
    /// Only the leaf package of a workspace should do so: one that is built where its sources can be written to. Nothing is
    /// exported on docs.rs, from a downloaded package, or with `PUBSUB_EXPORT=off`.
    pub fn export_to(mut self, directory: impl Into<PathBuf>) -> Self {
        self.export.push(directory.into());
        self
    }

    /// Emits `events-zod.ts` as well: a schema of zod 4 for each type, under its name. The client's package needs `zod`.
    pub fn zod(mut self) -> Self {
        self.zod = true;
        self
    }

    /// Writes what changed; prints nothing but instructions for cargo.
    ///
    /// With a mistake in the declarations, or with `PUBSUB_EXPORT=check` and a file that is not up to date, it says so through
    /// `cargo::error` and ends the build script with exit code 1.
    pub fn emit(self) {
        let mut cargo = Cargo::from_env();
        self.run(&mut cargo);
        if !cargo.finish() {
            std::process::exit(1);
        }
    }

    fn run(self, cargo: &mut Cargo) {
        // Without any such line cargo watches the whole package; one that names a missing file makes every build run the script.
        let script = ["build.rs", "Cargo.toml"]
            .into_iter()
            .find(|file| cargo.package_dir().join(file).exists());
        cargo.rerun_if_changed(script.unwrap_or("build.rs"));
        cargo.rerun_if_env_changed("PUBSUB_EXPORT");
        cargo.rerun_if_env_changed("DOCS_RS");
        let manifest = match self.registry.manifest() {
            Ok(manifest) => manifest,
            Err(error) => {
                for problem in error.problems() {
                    cargo.error(&problem.to_string());
                }
                return;
            }
        };
        let artefacts = match emitted(&manifest, self.zod) {
            Ok(artefacts) => artefacts,
            Err(error) => {
                for mistake in error.mistakes() {
                    cargo.error(&mistake.to_string());
                }
                return;
            }
        };
        let Some(out_dir) = cargo.out_dir() else {
            cargo.error(
                "OUT_DIR is not set; call `emit` from a build script, or use `pubsub-gen generate`",
            );
            return;
        };
        let time = cargo.invoked();
        if let Err(error) = sync(&out_dir, &manifest, &artefacts, Mode::Write(time)) {
            cargo.error(&error.to_string());
            return;
        }
        let Some(check) = cargo.export_mode() else {
            return;
        };
        for directory in &self.export {
            let directory = cargo.package_dir().join(directory);
            for artefact in &artefacts {
                cargo.rerun_if_changed(&directory.join(artefact.file).to_string_lossy());
            }
            let mode = if check {
                Mode::Check
            } else {
                Mode::Write(time)
            };
            match sync(&directory, &manifest, &artefacts, mode) {
                Ok(differences) if check && !differences.is_empty() => {
                    cargo.error(&sync::report(&directory, &differences));
                }
                Ok(_) => {}
                Err(error) if error.is_unwritable() => cargo.warning(&error.to_string()),
                Err(error) => cargo.error(&error.to_string()),
            }
        }
    }
}
