//! The workspace keeps the rules, and each rule notices when it is broken.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::check;

/// Files that keep all rules, to which a test adds one that does not.
const CLEAN: &[(&str, &str)] = &[
    (
        "pubsub-runtime/src/lib.rs",
        "mod words;\nmod ops;\npub use words::error::{Error, ErrorKind};\npub use ops::Sender;\n",
    ),
    (
        "pubsub-runtime/src/words/error.rs",
        "//! `todo!()`, tokio and crate::ops in prose.\npub struct Error;\nconst TEXT: &str = \"crate::ops .unwrap()\";\n",
    ),
    (
        "pubsub-runtime/src/ops/send.rs",
        "use crate::{Error, delivery::{log::Log, ring}, words::name};\n\
         #[cfg(test)]\nmod tests {\n    use crate::transports::http;\n    fn f() { Some(1).unwrap(); }\n}\n",
    ),
    ("pubsub-macros/Cargo.toml", "[dependencies]\nsyn = \"3\"\n"),
    (
        "pubsub-macros/src/lib.rs",
        "fn f() { quote!(::pubsub_runtime::__private::Event) }\n",
    ),
];

fn workspace(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// Adds one file to the clean ones and expects exactly one complaint, which names the place and says why.
fn assert_noticed(name: &str, text: &str, line: usize, reason: &str) {
    let folder = workspace(CLEAN);
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
    let broken = check(folder.path());
    let [complaint] = broken.as_slice() else {
        panic!("one complaint about {name}, got {broken:?}");
    };
    assert!(
        complaint.starts_with(&format!("{name}:{line}: ")),
        "{complaint}"
    );
    assert!(complaint.contains(reason), "{complaint}");
}

#[test]
fn the_workspace_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let broken = check(root.expect("the workspace is above this package"));
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn clean_files_are_left_alone() {
    assert_eq!(check(workspace(CLEAN).path()), Vec::<String>::new());
}

#[test]
fn a_layer_that_uses_a_lower_one_is_noticed() {
    let reason = "layer `words` uses `ops`";
    let name = "pubsub-runtime/src/words/name.rs";
    assert_noticed(name, "\nuse crate::ops::send;\n", 2, reason);
    assert_noticed(
        name,
        "use crate::{\n    words::error, ops::send};\n",
        1,
        reason,
    );
    assert_noticed(name, "fn f() -> crate::ops::X { g() }\n", 1, reason);
    assert_noticed(name, "use super::super::ops::send;\n", 1, reason);
}

#[test]
fn a_lower_layer_behind_an_export_of_the_root_is_noticed() {
    let reason = "layer `words` uses `ops` (as `Sender`)";
    assert_noticed(
        "pubsub-runtime/src/words/name.rs",
        "use crate::Sender;\n",
        1,
        reason,
    );
}

#[test]
fn a_client_that_uses_the_server_is_noticed() {
    assert_noticed(
        "pubsub-runtime/src/client/http.rs",
        "use crate::{protocols::sse, delivery::ring};\n",
        1,
        "layer `client` uses `delivery`",
    );
}

#[test]
fn a_file_outside_the_layers_is_noticed() {
    let folder = workspace(CLEAN);
    fs::write(folder.path().join("pubsub-runtime/src/helpers.rs"), "").expect("a file");
    let broken = check(folder.path());
    assert!(
        broken.len() == 1 && broken[0].contains("`helpers` is no layer"),
        "{broken:?}"
    );
}

#[test]
fn a_server_library_in_words_or_declarations_is_noticed() {
    let text = "fn f() {}\nuse tokio::sync::Mutex;\n";
    for layer in ["words", "declarations"] {
        let name = format!("pubsub-runtime/src/{layer}/extra.rs");
        assert_noticed(&name, text, 2, "may not name `tokio`");
    }
}

#[test]
fn input_and_output_in_a_protocol_is_noticed() {
    assert_noticed(
        "pubsub-runtime/src/protocols/sse.rs",
        "fn f() -> std::net::IpAddr { g() }\n",
        1,
        "may not name `std::net`",
    );
}

#[test]
fn a_panic_that_input_can_reach_is_noticed() {
    let name = "pubsub-runtime/src/transports/http.rs";
    assert_noticed(name, "fn f() { g().unwrap(); }\n", 1, "`.unwrap()`");
    assert_noticed(name, "fn f() {\n    panic!(\"no\")\n}\n", 2, "`panic!(`");
}

#[test]
fn unfinished_work_is_noticed() {
    // Put together here, so that this file does not break its own rule.
    let text = format!("fn f() {{ {}!() }}\n", "todo");
    assert_noticed("pubsub-gen/src/lib.rs", &text, 1, "is left");
}

#[test]
fn a_macro_crate_that_knows_the_runtime_is_noticed() {
    assert_noticed(
        "pubsub-macros/Cargo.toml",
        "[dependencies]\npubsub-runtime = \"1\"\n",
        2,
        "may not depend on the runtime",
    );
    assert_noticed(
        "pubsub-macros/src/expand.rs",
        "fn f() { quote!(::pubsub_runtime::Event) }\n",
        1,
        "only `pubsub_runtime::__private`",
    );
}

#[test]
fn a_path_of_one_machine_is_noticed() {
    let text = format!("Run it in `/{}/project`.\n", "root");
    assert_noticed("README.md", &text, 1, "a path of one machine");
}
