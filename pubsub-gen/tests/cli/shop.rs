//! A workspace with domain crates, in a folder of its own.

use std::{
    fs,
    panic::Location,
    path::{Path, PathBuf},
    process::Command as Program,
};

use assert_cmd::{Command, assert::Assert};

/// A workspace with domain crates, in a folder of its own.
pub(crate) struct Shop {
    pub(crate) folder: PathBuf,
    version: String,
}

/// A domain crate of a shop.
pub(crate) struct Domain<'a> {
    pub(crate) name: &'a str,
    pub(crate) lib: &'a str,
    /// Other domain crates of the shop that it uses.
    pub(crate) needs: &'a [&'a str],
}

impl Shop {
    /// A domain crate with one event, and a crate that declares nothing.
    #[track_caller]
    pub(crate) fn new() -> Self {
        let shop = Self::empty(Location::caller(), &["events", "other"]);
        shop.domain(
            "events",
            &Domain {
                name: "shop-events",
                lib: LIB,
                needs: &[],
            },
        );
        shop.write("events/src/orders.rs", ORDERS);
        shop.write(
            "other/Cargo.toml",
            "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        );
        shop.write("other/src/lib.rs", "");
        shop
    }

    /// These domain crates.
    #[track_caller]
    pub(crate) fn of(domains: &[Domain<'_>]) -> Self {
        let names: Vec<_> = domains.iter().map(|domain| domain.name).collect();
        let shop = Self::empty(Location::caller(), &names);
        for domain in domains {
            shop.domain(domain.name, domain);
        }
        shop
    }

    fn empty(caller: &Location<'_>, members: &[&str]) -> Self {
        // One folder and one version a call, the same in every run: cargo, which knows a package by its path inside the
        // workspace and its version, finds what it compiled for this call before, and confuses it with no other's.
        let file = Path::new(caller.file())
            .file_stem()
            .unwrap()
            .to_string_lossy();
        let number: u32 = file.bytes().map(u32::from).sum();
        let (line, column) = (caller.line(), caller.column());
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-shops/{file}-{line}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let shop = Self {
            folder,
            version: format!("{number}.{line}.{column}"),
        };
        let members: Vec<_> = members.iter().map(|name| format!("\"{name}\"")).collect();
        shop.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\n",
                members.join(", ")
            ),
        );
        fs::copy(repository().join("Cargo.lock"), shop.path("Cargo.lock")).unwrap();
        shop
    }

    fn domain(&self, folder: &str, domain: &Domain<'_>) {
        let needs = domain.needs.iter().map(|name| {
            format!("{name} = {{ path = \"../{name}\", default-features = false, features = [\"codegen\"] }}\n")
        });
        let needs = needs.collect::<Vec<_>>().concat();
        let runtime = repository().join("pubsub-runtime").display().to_string();
        let toml = EVENTS_TOML
            .replace("NAME", domain.name)
            .replace("VERSION", &self.version)
            .replace("RUNTIME", &runtime);
        self.write(&format!("{folder}/Cargo.toml"), &format!("{toml}{needs}"));
        self.write(&format!("{folder}/src/lib.rs"), domain.lib);
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Runs a command in the workspace; its dependencies are compiled once and stay, in the target directory of the tests.
    pub(crate) fn run(&self, arguments: &[&str]) -> Assert {
        let mut command = Program::new(assert_cmd::cargo::cargo_bin("pubsub-gen"));
        self.in_shop(command.args(arguments));
        Command::from_std(command).assert()
    }

    /// A program that is run in the workspace.
    pub(crate) fn in_shop<'p>(&self, program: &'p mut Program) -> &'p mut Program {
        program
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("RUSTFLAGS")
    }

    /// Every file of the domain crate, to see that a refusal changed nothing.
    pub(crate) fn sources(&self) -> Vec<(PathBuf, String)> {
        let mut files: Vec<_> = fs::read_dir(self.path("events/src"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    pub(crate) fn create(&self, arguments: &[&str]) -> Assert {
        let all: Vec<&str> = ["create-event", "--dir", "events"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.run(&all)
    }
}

/// The checkout that is tested.
pub(crate) fn repository() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    repository.canonicalize().unwrap()
}

pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli")
}

/// Everything a command said.
pub(crate) fn said(assert: &Assert) -> String {
    let output = assert.get_output();
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

/// The one JSON value of its standard output.
pub(crate) fn json(assert: &Assert) -> serde_json::Value {
    serde_json::from_slice(&assert.get_output().stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", said(assert)))
}

const EVENTS_TOML: &str = r#"[package]
name = "NAME"
version = "VERSION"
edition = "2024"

[features]
default = ["client"]
client = ["pubsub-runtime/client"]
codegen = ["client", "pubsub-runtime/registry"]
server = ["pubsub-runtime/server"]

[dependencies]
pubsub-runtime = { path = "RUNTIME" }
"#;

const LIB: &str = r#"//! Events.

pub mod orders;

pubsub_runtime::domain! {
    /// What happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write" }
}
"#;

const ORDERS: &str = r#"use pubsub_runtime::event;

/// An order was placed.
#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated { pub order_id: String }
"#;
