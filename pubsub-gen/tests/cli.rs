//! The commands, as a user types them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use std::{
    fs,
    panic::Location,
    path::{Path, PathBuf},
    process::Command as Cargo,
};

use assert_cmd::{Command, assert::Assert};
/// A workspace with one domain crate, in a folder of its own.
struct Shop {
    folder: PathBuf,
}

impl Shop {
    #[track_caller]
    fn new() -> Self {
        // One folder and one version a call, the same in every run: cargo, which knows a package by its path inside the
        // workspace and its version, finds what it compiled for this call before, and confuses it with no other's.
        let line = Location::caller().line();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-shops/{line}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let shop = Self { folder };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let repository = repository.canonicalize().unwrap();
        shop.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"events\", \"other\"]\n\n[profile.dev]\ndebug = false\n",
        );
        let runtime = repository.join("pubsub-runtime").display().to_string();
        shop.write(
            "events/Cargo.toml",
            &EVENTS_TOML
                .replace("LINE", &line.to_string())
                .replace("RUNTIME", &runtime),
        );
        shop.write("events/src/lib.rs", LIB);
        shop.write("events/src/orders.rs", ORDERS);
        shop.write(
            "other/Cargo.toml",
            "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        );
        shop.write("other/src/lib.rs", "");
        fs::copy(repository.join("Cargo.lock"), shop.path("Cargo.lock")).unwrap();
        shop
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Runs a command in the workspace; its dependencies are compiled once and stay, in the target directory of the tests.
    fn run(&self, arguments: &[&str]) -> Assert {
        Command::cargo_bin("pubsub-gen")
            .unwrap()
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("RUSTFLAGS")
            .assert()
    }

    /// Every file of the domain crate, to see that a refusal changed nothing.
    fn sources(&self) -> Vec<(PathBuf, String)> {
        let mut files: Vec<_> = fs::read_dir(self.path("events/src"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn create(&self, arguments: &[&str]) -> Assert {
        let all: Vec<&str> = ["create-event", "--dir", "events"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        self.run(&all)
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli")
}

fn said(assert: &Assert) -> String {
    let output = assert.get_output();
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn generate_writes_and_check_compares() {
    let shop = Shop::new();
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-client.d.ts: missing"),
        "{}",
        said(&check)
    );
    assert!(!shop.path("web").exists());

    let generate = shop
        .run(&["generate", "--package", "shop-events", "--out", "web"])
        .code(0);
    assert!(
        said(&generate).contains("wrote web/trpc-v11.d.ts"),
        "{}",
        said(&generate)
    );
    assert!(
        shop.read("web/events-client.d.ts")
            .contains("orderId: string")
    );
    let lock = shop.read("Cargo.lock");
    shop.run(&["check", "--out", "web"]).code(0);
    let again = shop.run(&["generate", "--out", "web"]).code(0);
    assert!(said(&again).contains("up to date"));
    assert_eq!(
        shop.read("Cargo.lock"),
        lock,
        "the workspace's lock file is only read"
    );

    shop.write("web/trpc-v10.d.ts", "");
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("trpc-v10.d.ts: differs"),
        "{}",
        said(&check)
    );
    assert_eq!(shop.read("web/trpc-v10.d.ts"), "");

    let orders = shop
        .read("events/src/orders.rs")
        .replace("order_id", "number");
    shop.write("events/src/orders.rs", &orders);
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-client.d.ts: differs"),
        "{}",
        said(&check)
    );
}

#[test]
fn a_mistake_in_the_declarations_is_found_and_shown() {
    let shop = Shop::new();
    shop.write(
        "events/src/lib.rs",
        "pubsub_runtime::domain! { channel orders { } }\n",
    );
    let generate = shop.run(&["generate", "--out", "web"]).code(1);
    assert!(
        said(&generate).contains("no event is declared in `shop-events`; write"),
        "{}",
        said(&generate)
    );
    assert!(!shop.path("web").exists());
}

#[test]
fn wrong_use_has_its_own_exit_code_and_a_remedy() {
    let shop = Shop::new();
    for (arguments, remedy) in [
        (&["generate"][..], "--out"),
        (
            &["generate", "--out", "web", "--package", "none"],
            "domain crates are `shop-events`",
        ),
        (
            &["generate", "--out", "web", "--package", "other"],
            "add `codegen = ",
        ),
        (
            &["generate", "--out", "web", "--manifest-path", "none"],
            "is not a Cargo.toml",
        ),
        (&["frobnicate"], "--help"),
        (
            &["create-event", "--dir", "events"],
            "`--channel` is missing",
        ),
        (
            &[
                "create-event",
                "--dir",
                "none",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "is no directory",
        ),
        (
            &[
                "create-event",
                "--dir",
                ".",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "src is missing",
        ),
        (
            &[
                "create-event",
                "--dir",
                "other",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "has no `domain!`",
        ),
    ] {
        let refused = shop.run(arguments).code(2);
        assert!(
            said(&refused).contains(remedy),
            "{arguments:?}: {}",
            said(&refused)
        );
    }
}

#[test]
fn a_created_event_compiles_is_tested_and_is_emitted() {
    let shop = Shop::new();
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "paid.v2",
        "--fields",
        "order_id:String,total:f64",
        "--action",
    ])
    .code(0);
    let created = shop
        .create(&[
            "--channel",
            "ops",
            "--name",
            "seen",
            "--fields",
            "",
            "--no-action",
        ])
        .code(0);
    assert!(said(&created).contains("channel ops"), "{}", said(&created));
    assert!(shop.read("events/src/lib.rs").contains("channel ops { }"));
    assert!(
        shop.read("events/src/lib.rs")
            .contains("pub mod orders_paid_v2;")
    );

    shop.run(&["generate", "--out", "web"]).code(0);
    let router = shop.read("web/trpc-v11.d.ts");
    assert!(
        router.contains("'paid.v2': Mutation<E.OrdersPaidV2 & E.SendOptions, E.OrdersPaidV2Reply>"),
        "{router}"
    );
    assert!(shop.read("web/events-client.d.ts").contains("'ops:seen'"));

    let tests = Cargo::new(env!("CARGO"))
        .args([
            "test",
            "--offline",
            "--package",
            "shop-events",
            "--features",
            "server",
        ])
        .current_dir(&shop.folder)
        .env("CARGO_TARGET_DIR", target())
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&tests.stdout);
    assert!(
        tests.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&tests.stderr)
    );
    for test in [
        "orders_paid_v2::tests::answers ... ok",
        "ops_seen::tests::is_declared ... ok",
    ] {
        assert!(text.contains(test), "{text}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let shop = Shop::new();
    let arguments = [
        "--channel",
        "orders",
        "--name",
        "paid",
        "--fields",
        "a:u8",
        "--action",
    ];
    shop.create(&arguments).code(0);
    let before = shop.sources();
    let again = shop.create(&arguments).code(2);
    assert!(said(&again).contains("exists already"), "{}", said(&again));
    shop.write("events/src/orders_kept.rs", "// mine\n");
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "kept",
        "--fields",
        "",
        "--action",
    ])
    .code(2);
    assert_eq!(shop.read("events/src/orders_kept.rs"), "// mine\n");
    fs::remove_file(shop.path("events/src/orders_kept.rs")).unwrap();
    assert_eq!(shop.sources(), before);
}

#[test]
fn names_that_lead_elsewhere_write_nothing() {
    let shop = Shop::new();
    let before = shop.sources();
    for (channel, name, fields) in [
        ("orders", "../../evil", ""),
        ("orders", "/tmp/evil", ""),
        ("../orders", "created", ""),
        ("orders", "two words", ""),
        ("orders", "Created", ""),
        ("orders", "then", ""),
        ("orders", "created\n", ""),
        ("orders", "lib", "a:u8} mod evil {"),
        ("orders", "made", "not fields"),
    ] {
        let refused = shop
            .create(&[
                "--channel",
                channel,
                "--name",
                name,
                "--fields",
                fields,
                "--action",
            ])
            .code(2);
        assert!(said(&refused).starts_with("error: "), "{}", said(&refused));
    }
    assert_eq!(shop.sources(), before);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_crate_is_not_followed() {
    let shop = Shop::new();
    fs::rename(shop.path("events/src"), shop.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere"), shop.path("events/src")).unwrap();
    let refused = shop
        .create(&[
            "--channel",
            "orders",
            "--name",
            "paid",
            "--fields",
            "",
            "--action",
        ])
        .code(2);
    assert!(
        said(&refused).contains("outside the crate"),
        "{}",
        said(&refused)
    );
    assert!(!shop.path("elsewhere/orders_paid.rs").exists());
}

#[test]
fn a_package_is_whole_or_not_there_and_overwrites_nothing() {
    let shop = Shop::new();
    let toml = shop.read("events/Cargo.toml");
    let version = toml.split("version = \"").nth(1).unwrap();
    let version = version.split('"').next().unwrap();
    let made = shop.run(&["package"]).code(0);
    let made_said = said(&made);
    assert!(
        made_said.contains(&format!("made shop-events {version} in shop-events: ")),
        "{made_said}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&shop.read("shop-events/package.json")).unwrap();
    assert_eq!(json["name"], "shop-events");
    assert_eq!(json["version"], version);
    assert!(
        shop.read("shop-events/client/index.d.ts")
            .contains("orderId: string")
    );
    assert!(
        shop.read("shop-events/README.md")
            .contains("## Channel `orders`")
    );
    assert!(said(&shop.run(&["package"]).code(0)).contains("shop-events is up to date"));

    // Made anew in place, under another name and version.
    let again = [
        "package",
        "--name",
        "@acme/shop",
        "--version",
        "2.0.0-rc.1",
        "--out",
        "shop-events",
    ];
    shop.run(&again).code(0);
    assert!(
        shop.read("shop-events/package.json")
            .contains("\"@acme/shop\"")
    );
    assert!(
        shop.read("shop-events/client/index.d.ts")
            .starts_with("// Types of @acme/shop;")
    );

    let refused = |arguments: &[&str], text: &str| {
        let all: Vec<&str> = std::iter::once("package")
            .chain(arguments.iter().copied())
            .collect();
        let refused = shop.run(&all).code(2);
        assert!(said(&refused).contains(text), "{}", said(&refused));
    };
    shop.write("shop-events/notes.md", "mine");
    refused(
        &["--out", "shop-events"],
        "shop-events holds `notes.md`, which is not of the package and would be lost; move it away",
    );
    assert_eq!(shop.read("shop-events/notes.md"), "mine");
    assert!(
        shop.read("shop-events/package.json")
            .contains("\"@acme/shop\"")
    );
    refused(
        &["--out", "events"],
        "events is no package of this program; choose another folder with `--out`",
    );
    refused(&["--out", "Cargo.toml"], "Cargo.toml is not a folder");
    refused(&["--out", "events/.."], "is no name of a folder");
    shop.write(
        "theirs/package.json",
        r#"{"pubsub-gen": {"domains": ["billing-events"]}, "files": []}"#,
    );
    refused(
        &["--out", "theirs"],
        "theirs was made for billing-events, and this is shop-events",
    );
    refused(
        &["--name", "Shop Events"],
        "`Shop Events` cannot be the name of an npm package",
    );
    refused(
        &["--name", "../shop"],
        "`../shop` cannot be the name of an npm package",
    );
    refused(&["--version", "1.2"], "`1.2` is not a version");
    // Nothing is left of what was refused.
    let hidden = fs::read_dir(&shop.folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(hidden.count(), 0);

    let empty = shop.path("dist/empty");
    fs::create_dir_all(&empty).unwrap();
    shop.run(&["package", "--out", "dist/empty"]).code(0);
    assert!(empty.join("server/index.cjs").exists());
}

#[test]
fn zod_schemas_are_emitted_if_they_are_asked_for() {
    let shop = Shop::new();
    shop.run(&["generate", "--out", "web", "--zod"]).code(0);
    let text = shop.read("web/events-zod.ts");
    assert!(text.contains("orderId: z.string()"), "{text}");
    shop.run(&["check", "--out", "web", "--zod"]).code(0);
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-zod.ts: no longer emitted"),
        "{}",
        said(&check)
    );
    shop.write("Pubsub.toml", "zod = true\n");
    shop.run(&["check", "--out", "web"]).code(0);
}

const EVENTS_TOML: &str = r#"[package]
name = "shop-events"
version = "0.1.LINE"
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

#[test]
fn what_is_declared_is_listed_shown_and_printed() {
    let shop = Shop::new();
    let list = said(&shop.run(&["list"]).code(0));
    assert!(list.contains("orders:created"), "{list}");
    assert!(!list.contains('\u{1b}'), "no colours outside a terminal");
    let json: serde_json::Value =
        serde_json::from_str(&said(&shop.run(&["list", "--format", "json"]).code(0))).unwrap();
    assert_eq!(json[0]["name"], "orders:created");
    let none = said(&shop.run(&["list", "--channel", "none"]).code(0));
    assert_eq!(none.trim(), "no events");

    let shown = said(&shop.run(&["show", "orders:created"]).code(0));
    for part in ["export interface", "read by", "client.orders.subscribe"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let meant = said(&shop.run(&["show", "orders:creatd"]).code(2));
    assert!(meant.contains("did you mean `orders:created`?"), "{meant}");

    let schema = said(&shop.run(&["schema", "orders:created"]).code(0));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let page = said(&shop.run(&["docs"]).code(0));
    assert!(page.contains("### `orders:created`"), "{page}");
    let script = said(&shop.run(&["completions", "bash"]).code(0));
    assert!(script.contains("create-event"));
}

#[test]
fn lint_tells_what_is_likely_to_be_regretted_and_can_be_told_to_be_quiet() {
    let shop = Shop::new();
    let found = said(&shop.run(&["lint"]).code(1));
    assert!(found.contains("no-example"), "{found}");
    let json = said(&shop.run(&["lint", "--format", "json"]).code(1));
    let json: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let mut names: Vec<_> = json
        .iter()
        .map(|finding| finding["lint"].as_str().unwrap())
        .collect();
    names.dedup();
    shop.write(
        "Pubsub.toml",
        &format!("package = \"shop-events\"\n\n[lint]\nallow = {names:?}\n"),
    );
    assert_eq!(said(&shop.run(&["lint"]).code(0)).trim(), "nothing to say");
    shop.write("Pubsub.toml", "[lint]\nalow = []\n");
    let wrong = said(&shop.run(&["lint"]).code(2));
    assert!(
        wrong.contains("alow") && wrong.contains("Pubsub.toml"),
        "{wrong}"
    );
    shop.write("Pubsub.toml", "[lint]\nallow = [\"no-exampel\"]\n");
    let meant = said(&shop.run(&["lint"]).code(2));
    assert!(meant.contains("did you mean `no-example`?"), "{meant}");
}

#[test]
fn a_new_project_passes_its_tests_and_nothing_is_written_elsewhere() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-new");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let run = |name: &str| {
        Command::cargo_bin("pubsub-gen")
            .unwrap()
            .args(["new", name])
            .current_dir(&folder)
            .assert()
    };
    for name in ["../out", "/tmp/out", "a b", "Big", "tokio", "fn", "", "-x"] {
        run(name).code(2);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    run("todo-list").code(0);
    run("todo-list").code(2);
    let tests = Cargo::new("cargo")
        .args(["test", "--quiet", "--workspace"])
        .current_dir(folder.join("todo-list"))
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success(), "{errors}");
    let types = folder.join("todo-list/clients/web/src/generated/trpc-v11.d.ts");
    assert!(types.exists(), "the build writes the types");
}
