//! What cargo tells a build script, and what it is told.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// How far before its own start a build script dates its files if cargo's own time is not found.
const FALLBACK_AGE: Duration = Duration::from_secs(5);

/// The build script's side of cargo.
#[derive(Debug)]
pub(super) struct Cargo {
    out_dir: Option<PathBuf>,
    package_dir: PathBuf,
    started: Option<SystemTime>,
    instructions: String,
    failed: bool,
}

impl Cargo {
    /// What the environment says.
    pub(super) fn from_env() -> Self {
        Self {
            out_dir: env::var_os("OUT_DIR").map(PathBuf::from),
            package_dir: env::var_os("CARGO_MANIFEST_DIR")
                .map(PathBuf::from)
                .unwrap_or_default(),
            started: started(),
            instructions: String::new(),
            failed: false,
        }
    }

    pub(super) fn out_dir(&self) -> Option<PathBuf> {
        self.out_dir.clone()
    }

    pub(super) fn package_dir(&self) -> &Path {
        &self.package_dir
    }

    /// The time that written files get: cargo compares them with the start of the build script, and a file that is younger
    /// makes the next build run the script, and recompile its package, once more.
    pub(super) fn invoked(&self) -> Option<SystemTime> {
        let parent = self.out_dir.as_deref().and_then(Path::parent);
        let mut stamps = parent.into_iter().flat_map(|parent| {
            ["invoked.timestamp", "run/invoked.timestamp"].map(|name| parent.join(name))
        });
        stamps
            .find_map(|stamp| fs::metadata(stamp).ok()?.modified().ok())
            .or(self.started)
    }

    /// Whether to check instead of writing; `None` if nothing is exported.
    pub(super) fn export_mode(&mut self) -> Option<bool> {
        let packaged = self.package_dir.join("Cargo.toml.orig").exists();
        if env::var_os("DOCS_RS").is_some() || packaged {
            return None;
        }
        let mode = env::var_os("PUBSUB_EXPORT").unwrap_or_default();
        match mode.to_string_lossy().as_ref() {
            "" | "write" => Some(false),
            "check" => Some(true),
            "off" => None,
            other => {
                self.error(&format!(
                    "PUBSUB_EXPORT is `{other}`; write `write`, `check` or `off`"
                ));
                None
            }
        }
    }

    pub(super) fn rerun_if_changed(&mut self, path: &str) {
        self.instruct("rerun-if-changed", path);
    }

    pub(super) fn rerun_if_env_changed(&mut self, name: &str) {
        self.instruct("rerun-if-env-changed", name);
    }

    pub(super) fn warning(&mut self, text: &str) {
        self.instruct("warning", text);
    }

    /// Says what is wrong; the build fails.
    pub(super) fn error(&mut self, text: &str) {
        self.failed = true;
        self.instruct("error", text);
    }

    /// An instruction is one line, so a text of several becomes several.
    fn instruct(&mut self, key: &str, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.instructions, "cargo::{key}={line}");
        }
    }

    /// Prints the instructions; whether all went well.
    pub(super) fn finish(self) -> bool {
        let mut stdout = io::stdout().lock();
        let printed = stdout
            .write_all(self.instructions.as_bytes())
            .and_then(|()| stdout.flush());
        printed.is_ok() && !self.failed
    }
}

/// A moment shortly before this process started.
#[expect(
    clippy::disallowed_methods,
    reason = "the date of a file, where cargo's own stamp is not found; it reaches no content"
)]
fn started() -> Option<SystemTime> {
    SystemTime::now().checked_sub(FALLBACK_AGE)
}
