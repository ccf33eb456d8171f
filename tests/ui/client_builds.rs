//! What a domain crate says in a build without its bodies: each file of `client/` as its `lib.rs`, the output beside it.
//!
//! The first line of a file may say `//@ no server feature`: the crate then has no feature `server` at all.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Checks `source` as a library and gives what rustc says of it.
fn check(source: &str) -> String {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("client-builds/domain");
    fs::create_dir_all(package.join("src")).expect("the target directory can be written");
    let server = if source.starts_with("//@ no server feature") {
        ""
    } else {
        "[features]\nserver = []\n"
    };
    let manifest = format!(
        "[package]\nname = \"domain\"\nedition = \"2024\"\n{server}\n[workspace]\n[dependencies]\n\
         pubsub-runtime = {{ path = {:?}, features = [\"client\"] }}\nthiserror = \"2\"\n",
        Path::new(ROOT).join("pubsub-runtime"),
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("written");
    fs::write(package.join("src/lib.rs"), source).expect("written");
    // The versions of the workspace, so that nothing needs to be resolved over a network.
    fs::copy(
        Path::new(ROOT).join("Cargo.lock"),
        package.join("Cargo.lock"),
    )
    .expect("copied");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--message-format=json"])
        .env("CARGO_TARGET_DIR", package.with_file_name("target"))
        .current_dir(&package)
        .output()
        .expect("cargo starts");
    let mut said = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).expect("cargo speaks JSON");
        let about_it = message["target"]["name"] == "domain";
        if let (true, Some(rendered)) = (about_it, message["message"]["rendered"].as_str()) {
            said.push_str(rendered);
        }
    }
    if !output.status.success() && said.is_empty() {
        let error = String::from_utf8_lossy(&output.stderr);
        writeln!(said, "cargo failed: {error}").expect("a string takes everything");
    }
    let root = fs::canonicalize(ROOT).expect("the workspace exists");
    said.replace(&*root.to_string_lossy(), "$WORKSPACE")
}

#[test]
fn a_client_build_says_what_is_written_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/client");
    let mut sources: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty());
    let overwrite = std::env::var_os("TRYBUILD").is_some_and(|value| value == "overwrite");
    let mut wrong = Vec::new();
    for path in sources {
        let said = check(&fs::read_to_string(&path).expect("it can be read"));
        let expected = path.with_extension("stderr");
        if overwrite {
            fs::write(&expected, &said).expect("written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{}:\n{said}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
