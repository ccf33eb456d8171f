//! The emitted types against the compilers and the clients their users have.
//!
//! `npm ci` in `tests/types` installs both compilers and three versions of the clients; `tests/run` does it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use pubsub_gen::{Mode, artefacts, sync};

const COMPILERS: [&str; 2] = ["typescript", "typescript-7"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("types")
}

/// Emits the domain beside the usage file of a client, and compiles both as `skipLibCheck: false` and `strict` say.
///
/// A `@ts-expect-error` line without an error is an error, so each of them shows that a mistake is found.
fn compile(client: &str) {
    let manifest = types_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    let artefacts = artefacts(&manifest).unwrap_or_else(|error| panic!("{error}"));
    let project = folder().join(client);
    sync(
        &project.join("generated"),
        &manifest,
        &artefacts,
        Mode::Write(None),
    )
    .unwrap_or_else(|error| panic!("{error}"));
    for compiler in COMPILERS {
        tsc(compiler, &project);
    }
}

fn tsc(compiler: &str, project: &Path) {
    let script = folder().join("node_modules").join(compiler).join("bin/tsc");
    assert!(
        script.exists(),
        "{} is not installed; run `npm ci` in tests/types (`tests/run` does it)",
        script.display()
    );
    let output = Command::new("node")
        .arg(&script)
        .arg("--project")
        .arg(project)
        .output()
        .unwrap_or_else(|error| panic!("node cannot be started, install Node 20: {error}"));
    assert!(
        output.status.success(),
        "{compiler}:\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn types_hold_with_trpc_11() {
    compile("v11");
}

#[test]
fn types_hold_with_the_first_trpc_11() {
    compile("v11-0");
}

#[test]
fn types_hold_with_trpc_10() {
    compile("v10");
}
