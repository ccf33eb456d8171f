//! A workspace in a folder of its own: a domain crate, and a package whose build script exports its types.

use std::{
    fs,
    panic::Location,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The workspace.
pub(crate) struct Shop {
    folder: PathBuf,
}

/// What a cargo said.
pub(crate) struct Said(Output);

impl Shop {
    /// Writes it; nothing is built yet.
    #[track_caller]
    pub(crate) fn new() -> Self {
        // One folder and one version a call, the same in every run: cargo, which knows a package by its path inside the
        // workspace and its version, finds what it compiled for this call before, and confuses it with no other's.
        let line = Location::caller().line();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("build-shops/{line}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let shop = Self { folder };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let repository = repository.canonicalize().unwrap();
        let path = |package: &str| repository.join(package).display().to_string();
        shop.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"events\", \"app\"]\n\n[profile.dev]\ndebug = false\n",
        );
        shop.write(
            "events/Cargo.toml",
            &EVENTS_TOML
                .replace("LINE", &line.to_string())
                .replace("RUNTIME", &path("pubsub-runtime")),
        );
        shop.write("events/src/lib.rs", LIB);
        shop.write("events/src/orders.rs", ORDERS);
        shop.write("events/src/returns.rs", RETURNS);
        shop.write(
            "app/Cargo.toml",
            &APP_TOML
                .replace("LINE", &line.to_string())
                .replace("GENERATOR", &path("pubsub-gen")),
        );
        shop.write("app/build.rs", BUILD);
        shop.write("app/src/lib.rs", APP);
        fs::copy(
            repository.join("Cargo.lock"),
            shop.root().join("Cargo.lock"),
        )
        .unwrap();
        shop
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.as_path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn append(&self, file: &str, text: &str) {
        let old = fs::read_to_string(self.root().join(file)).unwrap();
        self.write(file, &format!("{old}\n{text}"));
    }

    /// Replaces a piece of a file that must be there.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let old = fs::read_to_string(self.root().join(file)).unwrap();
        assert!(old.contains(from), "{file} does not hold {from}");
        self.write(file, &old.replace(from, to));
    }

    pub(crate) fn exported(&self, file: &str) -> PathBuf {
        self.root().join("app/web/generated").join(file)
    }

    pub(crate) fn read_exported(&self, file: &str) -> String {
        fs::read_to_string(self.exported(file)).unwrap()
    }

    pub(crate) fn write_exported(&self, file: &str, text: &str) {
        self.write(&format!("app/web/generated/{file}"), text);
    }

    pub(crate) fn client(&self) -> String {
        self.read_exported("events-client.d.ts")
    }

    pub(crate) fn build(&self) -> Said {
        self.build_with(&[])
    }

    /// Runs `cargo build`; the dependencies are compiled once and stay, in the target directory of the tests.
    pub(crate) fn build_with(&self, env: &[(&str, &str)]) -> Said {
        self.cargo(&["build"], &shared_target(), env)
    }

    /// Runs `cargo check`, as an editor does.
    pub(crate) fn check(&self) -> Said {
        self.cargo(&["check"], &shared_target(), &[])
    }

    /// Runs a cargo command into a target directory.
    pub(crate) fn cargo(&self, command: &[&str], target: &Path, env: &[(&str, &str)]) -> Said {
        let output = Command::new(env!("CARGO"))
            .args(command)
            .args(["--offline", "--color=never"])
            .current_dir(self.root())
            .env("CARGO_TARGET_DIR", target)
            .env_remove("PUBSUB_EXPORT")
            .env_remove("DOCS_RS")
            .env_remove("RUSTFLAGS")
            .envs(env.iter().copied())
            .output()
            .unwrap();
        Said(output)
    }
}

/// The target directory of every shop.
fn shared_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("build")
}

impl Said {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    pub(crate) fn succeeds(&self) {
        assert!(self.0.status.success(), "{}", self.text());
    }

    #[track_caller]
    pub(crate) fn fails(&self) {
        assert!(!self.0.status.success(), "{}", self.text());
    }
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

const APP_TOML: &str = r#"[package]
name = "shop-app"
version = "0.1.LINE"
edition = "2024"

[build-dependencies]
shop-events = { path = "../events", default-features = false, features = ["codegen"] }
pubsub-gen = { path = "GENERATOR" }
"#;

const LIB: &str = r#"pub mod orders;
pub mod returns;

pubsub_runtime::domain! {
    /// What happens to an order.
    channel orders { subscribe = "orders:read", publish = "orders:write" }
}
"#;

const ORDERS: &str = r#"use pubsub_runtime::{ActionCtx, event, model};

/// An order was placed.
#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCreated { pub order_id: String, pub total: f64 }

#[model]
pub(crate) struct OrderAck { pub ok: bool }

/// Stores the order.
#[event(channel = "orders")]
pub async fn created(_ctx: &ActionCtx, order: OrderCreated) -> Result<OrderAck, std::convert::Infallible> {
    Ok(OrderAck { ok: order.total > 0.0 })
}
"#;

const RETURNS: &str = r#"use pubsub_runtime::event;

/// An order came back.
#[event(channel = "orders")]
pub(crate) struct OrderReturned { pub reason: Option<String> }
"#;

const BUILD: &str = r#"fn main() {
    pubsub_gen::build()
        .registry(shop_events::registry())
        .export_to("web/generated")
        .emit();
}
"#;

const APP: &str = r#"pub const CLIENT: &str = include_str!(concat!(env!("OUT_DIR"), "/events-client.d.ts"));
"#;
