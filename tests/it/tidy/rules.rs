//! One function a rule; each adds a line that names the place and what to do.

use std::{collections::BTreeMap, fs, path::Path};

use super::source::{heads, line, words};

/// The layers of the runtime; a file uses its own and the ones before it.
const LAYERS: [&str; 8] = [
    "words",
    "declarations",
    "services",
    "delivery",
    "ops",
    "protocols",
    "transports",
    "assembly",
];
/// Stands beside the layers.
const CLIENT: &str = "client";
const CLIENT_USES: [&str; 4] = ["words", "declarations", "protocols", CLIENT];
/// Files that stand above all layers, because they only name what users and macros see.
const ROOT_FILES: [&str; 4] = ["lib.rs", "__private.rs", "__fuzz.rs", "testing.rs"];

/// What the names at the root of the runtime stand for.
pub(super) struct Layers {
    /// Layer by name that `lib.rs` exports.
    exports: BTreeMap<String, String>,
}

impl Layers {
    /// Reads the exports of `pubsub-runtime/src/lib.rs`.
    pub(super) fn read(root: &Path) -> Self {
        let lib = fs::read_to_string(root.join("pubsub-runtime/src/lib.rs")).unwrap_or_default();
        let code = super::source::code(&lib);
        let mut exports = BTreeMap::new();
        for statement in code.split(';') {
            let Some((_, tree)) = statement.split_once("pub use ") else {
                continue;
            };
            let layer = heads(tree).into_iter().next().unwrap_or_default();
            if !is_layer(&layer) {
                continue;
            }
            let names = tree
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .filter(|name| !name.is_empty() && *name != layer);
            for name in names {
                exports.insert(name.to_owned(), layer.clone());
            }
        }
        Self { exports }
    }

    /// A file uses only its own layer and the ones above it in the list.
    pub(super) fn check(&self, file: &str, name: &str, code: &str, broken: &mut Vec<String>) {
        if ROOT_FILES.contains(&file) || file.starts_with("testing/") {
            return;
        }
        let own = file.split(['/', '.']).next().unwrap_or_default();
        if !is_layer(own) {
            broken.push(format!(
                "{name}: `{own}` is no layer; the layers are {LAYERS:?} and `{CLIENT}`"
            ));
            return;
        }
        for (line, used) in used_names(file, code) {
            let layer = match self.exports.get(&used) {
                Some(layer) => layer.as_str(),
                None if is_layer(&used) => used.as_str(),
                None => continue, // A macro, or `__private`.
            };
            if !may_use(own, layer) {
                let through = if layer == used {
                    String::new()
                } else {
                    format!(" (as `{used}`)")
                };
                broken.push(format!(
                    "{name}:{line}: layer `{own}` uses `{layer}`{through}, which stands below it"
                ));
            }
        }
    }
}

fn is_layer(name: &str) -> bool {
    name == CLIENT || LAYERS.contains(&name)
}

fn may_use(own: &str, used: &str) -> bool {
    if own == CLIENT {
        return CLIENT_USES.contains(&used);
    }
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    match (place(own), place(used)) {
        (Some(own), Some(used)) => used <= own,
        _ => false,
    }
}

/// The first names of all paths that begin at the root of the crate: `crate::…`, and `super::…` that climbs to it.
fn used_names(file: &str, code: &str) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for (line, offset) in words(code, "crate") {
        let rest = &code[offset + "crate".len()..];
        if let Some(tree) = rest.strip_prefix("::") {
            used.extend(heads(tree).into_iter().map(|name| (line, name)));
        }
    }
    let depth = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = depth.split('/').count();
    let climb = "super::".repeat(depth);
    for (offset, _) in code.match_indices(&climb) {
        let names = heads(&code[offset + climb.len()..]);
        let layers = names.into_iter().filter(|name| is_layer(name));
        used.extend(layers.map(|name| (line(code, offset), name)));
    }
    used
}

/// What build scripts and wasm compile names no server library, and protocols do no I/O.
pub(super) fn frameworks(file: &str, name: &str, code: &str, broken: &mut Vec<String>) {
    let refused: &[&str] = match file.split(['/', '.']).next() {
        Some("words" | "declarations") => &["tokio", "axum", "hyper", "tokio_util"],
        // Tests read recordings.
        Some("protocols") if !is_test_file(file) => &[
            "tokio", "axum", "hyper", "std::net", "std::fs", "std::io", "async",
        ],
        _ => return,
    };
    for word in refused {
        for (line, _) in words(code, word) {
            broken.push(format!("{name}:{line}: this layer may not name `{word}`"));
        }
    }
}

/// No input from the network ends the process.
pub(super) fn panics(file: &str, name: &str, code: &str, broken: &mut Vec<String>) {
    let faces_network = ["delivery", "ops", "protocols", "transports", CLIENT]
        .iter()
        .any(|layer| file.split('/').next() == Some(*layer));
    if !faces_network || is_test_file(file) {
        return;
    }
    for call in [".unwrap()", "panic!(", "unreachable!("] {
        for (offset, _) in code.match_indices(call) {
            let line = line(code, offset);
            broken.push(format!(
                "{name}:{line}: `{call}` in code that input from the network reaches; return an error"
            ));
        }
    }
}

fn is_test_file(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("/tests/")
}

/// Nothing is left for later.
pub(super) fn unfinished(name: &str, code: &str, broken: &mut Vec<String>) {
    for word in ["todo", "unimplemented", "dbg"] {
        for (line, offset) in words(code, word) {
            if code[offset + word.len()..].starts_with("!(") {
                broken.push(format!("{name}:{line}: `{word}!` is left"));
            }
        }
    }
}

/// The macro crate does not depend on the runtime.
pub(super) fn macro_dependencies(name: &str, text: &str, broken: &mut Vec<String>) {
    for (index, entry) in text.lines().enumerate() {
        if entry.trim_start().starts_with("pubsub-runtime") {
            let line = index + 1;
            broken.push(format!(
                "{name}:{line}: the macro crate may not depend on the runtime"
            ));
        }
    }
}

/// What the macros write names only `__private` of the runtime.
pub(super) fn macro_output(name: &str, code: &str, broken: &mut Vec<String>) {
    if !name.starts_with("pubsub-macros/src/") {
        return;
    }
    for (line, offset) in words(code, "pubsub_runtime") {
        let rest = code[offset + "pubsub_runtime".len()..].trim_start();
        let Some(rest) = rest.strip_prefix("::") else {
            continue;
        };
        if !rest.trim_start().starts_with("__private") {
            broken.push(format!(
                "{name}:{line}: the macros may name only `pubsub_runtime::__private`"
            ));
        }
    }
}

/// No path of one machine is written down.
pub(super) fn machine_paths(name: &str, text: &str, broken: &mut Vec<String>) {
    // Put together here, so that this file does not break its own rule.
    let homes = ["root", "work", "home/user", "Users"].map(|home| format!("/{home}/"));
    for (index, content) in text.lines().enumerate() {
        for home in &homes {
            let standing_alone = content.match_indices(home.as_str()).any(|(offset, _)| {
                let before = content[..offset].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || "._-}/".contains(c))
            });
            if standing_alone {
                broken.push(format!(
                    "{name}:{}: a path of one machine: `{home}`",
                    index + 1
                ));
            }
        }
    }
}
