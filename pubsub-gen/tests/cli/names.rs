//! Names that lead elsewhere: whatever a name is, nothing outside its target is touched, and nothing half-written is left.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use proptest::prelude::*;

const HOSTILE: [&str; 22] = [
    "../evil",
    "..",
    ".",
    "/etc/evil",
    "a/../../evil",
    "two words",
    "tab\tname",
    "new\nline",
    "\u{1b}[31m",
    "\u{202e}evil",
    "C:\\evil",
    "con",
    "-rf",
    "--help",
    "$(touch evil)",
    "`touch evil`",
    "a;b",
    "lib",
    "mod",
    "crate",
    "~",
    "é",
];

/// A folder with a domain crate in `inside/domain`, and what must not change around it.
struct Sandbox(tempfile::TempDir);

impl Sandbox {
    fn new() -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        let write = |file: &str, text: &str| {
            let path = sandbox.0.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("outside/kept.rs", "// kept\n");
        write("inside/kept.rs", "// kept\n");
        write("inside/domain/Cargo.toml", "[package]\nname = \"domain\"\n");
        write(
            "inside/domain/src/lib.rs",
            "pubsub_runtime::domain! {\n    channel orders { }\n}\n",
        );
        #[cfg(unix)]
        std::os::unix::fs::symlink(
            sandbox.0.path().join("outside"),
            sandbox.0.path().join("inside/link"),
        )
        .unwrap();
        sandbox
    }

    fn run(&self, arguments: &[String]) -> Output {
        Command::new(assert_cmd::cargo::cargo_bin("pubsub-gen"))
            .args(arguments)
            .current_dir(self.0.path().join("inside"))
            .env("CARGO_NET_OFFLINE", "true")
            .output()
            .unwrap()
    }

    /// Every file, link and folder, apart from what lies below `target`.
    fn around(&self, target: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        walk(self.0.path(), target, &mut found);
        found
    }
}

fn walk(folder: &Path, except: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path == except {
            continue;
        }
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        let content = if kind.is_dir() {
            walk(&path, except, found);
            Vec::new()
        } else if kind.is_symlink() {
            fs::read_link(&path)
                .unwrap()
                .to_string_lossy()
                .into_owned()
                .into_bytes()
        } else {
            fs::read(&path).unwrap()
        };
        found.insert(path, content);
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&HOSTILE).prop_map(str::to_owned),
        "[a-z][a-z0-9_.-]{0,8}",
        "[a-zA-Z0-9./\\\\ _:;$`'\"~*?\n\t-]{0,16}",
        "\\PC{1,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_created_event_stays_in_its_crate(channel in name(), word in name(), fields in name()) {
        let sandbox = Sandbox::new();
        let source = sandbox.0.path().join("inside/domain/src");
        let (around, inside) = (sandbox.around(&source), sandbox.around(Path::new("")));
        let output = sandbox.run(&[
            "create-event".to_owned(),
            "--dir=domain".to_owned(),
            format!("--channel={channel}"),
            format!("--name={word}"),
            format!("--fields={fields}"),
            "--action".to_owned(),
        ]);
        prop_assert_eq!(around, sandbox.around(&source));
        match output.status.code() {
            Some(0) => {
                let files: Vec<_> = fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).collect();
                prop_assert_eq!(files.len(), 2, "lib.rs and a module: {:?}", files);
            }
            code => {
                prop_assert_eq!(code, Some(2), "{:?}", output);
                prop_assert_eq!(inside, sandbox.around(Path::new("")));
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                prop_assert!(!said.contains('\u{1b}') && !said.trim().is_empty(), "{:?}", said);
            }
        }
    }

    #[test]
    fn a_new_project_stays_in_its_folder(name in name()) {
        let sandbox = Sandbox::new();
        let before = sandbox.around(Path::new(""));
        // `--` ends the flags, so that every name is taken for one.
        let output = sandbox.run(&["new".to_owned(), "--registry".to_owned(), "--".to_owned(), name.clone()]);
        match output.status.code() {
            Some(0) => {
                let made = sandbox.0.path().join("inside").join(&name);
                prop_assert!(made.join("Cargo.toml").is_file());
                prop_assert_eq!(before, sandbox.around(&made));
            }
            code => {
                prop_assert_eq!(code, Some(2), "{:?}", output);
                prop_assert_eq!(before, sandbox.around(Path::new("")));
            }
        }
    }

    /// Paths are taken as they are, but one that cannot be meant is refused before anything is compiled.
    #[test]
    fn a_path_that_cannot_be_written_leaves_everything_as_it_was(
        tail in "[a-z]{0,4}[\n\t\u{1b}]",
        command in proptest::sample::select(&["generate", "docs", "schema", "package"]),
        through in proptest::sample::select(&["kept.rs/x", "link/kept.rs/x", "domain/src/lib.rs/a/b", ""]),
    ) {
        let sandbox = Sandbox::new();
        let before = sandbox.around(Path::new(""));
        for path in [through.to_owned(), format!("new/{tail}")] {
            let output = sandbox.run(&[command.to_owned(), format!("--out={path}")]);
            prop_assert_eq!(output.status.code(), Some(2), "{:?}", output);
            let said = String::from_utf8_lossy(&output.stderr);
            prop_assert!(said.contains("--out"), "{}", said);
            prop_assert_eq!(&before, &sandbox.around(Path::new("")));
        }
    }
}
