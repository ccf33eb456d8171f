//! The rules on the source that no compiler holds: what a layer may use, and what must not be written at all.

mod rules;
mod source;
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders of other people's files, or of files that break rules on purpose.
const SKIPPED: [&str; 7] = [
    "target",
    "node_modules",
    ".git",
    ".venv",
    "fail",
    "dist",
    "fixtures",
];

/// Checks the workspace at `root` and gives one line for each place that breaks a rule.
fn check(root: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    let layers = rules::Layers::read(root);
    for path in files(root) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue; // Not text.
        };
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        rules::machine_paths(&name, &text, &mut broken);
        if name == "pubsub-macros/Cargo.toml" {
            rules::macro_dependencies(&name, &text, &mut broken);
        }
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        if is_rust {
            let code = source::code(&text);
            rules::unfinished(&name, &code, &mut broken);
            rules::macro_output(&name, &code, &mut broken);
            if let Some(file) = name.strip_prefix("pubsub-runtime/src/") {
                layers.check(file, &name, &code, &mut broken);
                rules::frameworks(file, &name, &code, &mut broken);
                rules::panics(file, &name, &code, &mut broken);
            }
        }
    }
    broken.sort();
    broken
}

/// All files below `folder`, other than those in [`SKIPPED`] folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the workspace can be read") {
            let path = entry.expect("an entry can be read").path();
            let skipped = path
                .file_name()
                .is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped));
            if skipped || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}
