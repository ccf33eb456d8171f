//! `pubsub-gen verify`, as a user calls it: every shape of the corpus agrees, and lies are found.
//!
//! `npm ci` in `tests/types` installs the compilers; `tests/run` does it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::{Command, assert::Assert};
use serde_json::Value;

fn repository() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    folder.canonicalize().unwrap()
}

fn compiler(name: &str) -> String {
    let folder = repository().join("tests/types/node_modules").join(name);
    let path = folder.join("bin/tsc");
    assert!(
        path.exists(),
        "{} is not installed; run `npm ci` in tests/types (`tests/run` does it)",
        path.display()
    );
    path.display().to_string()
}

/// Runs a command; what it compiles stays, in the target directory that the tests of the commands share.
fn run(folder: &Path, arguments: &[&str]) -> Assert {
    Command::cargo_bin("pubsub-gen")
        .unwrap()
        .args(arguments)
        .current_dir(folder)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli"),
        )
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("RUSTFLAGS")
        .assert()
}

fn said(assert: &Assert) -> String {
    let output = assert.get_output();
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn every_shape_of_the_corpus_agrees_under_both_compilers() {
    let (five, seven) = (compiler("typescript"), compiler("typescript-7"));
    let arguments = ["verify", "--package", "corpus-events"];
    let compilers = ["--tsc", &five, "--tsc", &seven];
    let verified = run(&repository(), &[&arguments[..], &compilers[..]].concat());
    let text = said(&verified);
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("55 of 55 events agree: serde, JSON Schema, TypeScript 5."),
        "{text}"
    );
    verified.code(0);
}

/// A workspace with one domain crate, whose types were written into `types/`.
struct Shop {
    folder: PathBuf,
}

impl Shop {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("verify-shops")
            .join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(folder.join("src")).unwrap();
        let runtime = repository().join("pubsub-runtime");
        let cargo_toml = CARGO_TOML
            .replace("NAME", name)
            .replace("RUNTIME", &runtime.display().to_string());
        fs::write(folder.join("Cargo.toml"), cargo_toml).unwrap();
        fs::write(folder.join("src/lib.rs"), LIB).unwrap();
        fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }
}

/// A rule of the writer that lies: what is emitted for an event, what would be emitted instead, and how it shows.
struct Lie {
    name: &'static str,
    event: &'static str,
    file: &'static str,
    truth: &'static str,
    false_text: &'static str,
    place: &'static str,
    about: &'static str,
}

const SENT: &str = "it may be sent, and is refused";
const NOT_SENT: &str = "it may not be sent, and is taken";
const RECEIVED: &str = "it is received, and is refused";
const NEVER_RECEIVED: &str = "it is never received, and is taken";
const CLIENT: &str = "events-client.d.ts";
const SCHEMAS: &str = "events-schemas.json";

const LIES: [Lie; 11] = [
    Lie {
        name: "an optional member is required",
        event: "shapes:c15",
        file: CLIENT,
        truth: "qty?: number",
        false_text: "qty: number",
        place: " › qty",
        about: SENT,
    },
    Lie {
        name: "a required member is optional",
        event: "shapes:c15",
        file: CLIENT,
        truth: "id: string;\n  /** @default [] */",
        false_text: "id?: string;\n  /** @default [] */",
        place: " › id",
        about: NOT_SENT,
    },
    Lie {
        name: "a member that is always written is optional",
        event: "shapes:c15",
        file: CLIENT,
        truth: "qty: number;",
        false_text: "qty?: number;",
        place: " › qty",
        about: NEVER_RECEIVED,
    },
    Lie {
        name: "null is dropped",
        event: "shapes:c17",
        file: CLIENT,
        truth: "note: string | null",
        false_text: "note: string",
        place: " › note",
        about: RECEIVED,
    },
    Lie {
        name: "null is taken where none is written",
        event: "shapes:c18",
        file: CLIENT,
        truth: "note?: string;",
        false_text: "note?: string | null;",
        place: " › note",
        about: NEVER_RECEIVED,
    },
    Lie {
        name: "a tag is renamed",
        event: "shapes:c2",
        file: CLIENT,
        truth: "t: 'Tup'",
        false_text: "t: 'Pair'",
        place: " › c",
        about: RECEIVED,
    },
    Lie {
        name: "a number is a text",
        event: "shapes:c40",
        file: CLIENT,
        truth: "f: number",
        false_text: "f: string",
        place: " › f",
        about: SENT,
    },
    Lie {
        name: "a variant is missing",
        event: "shapes:c2",
        file: CLIENT,
        truth: "| { t: 'Unit' }",
        false_text: "",
        place: "",
        about: SENT,
    },
    Lie {
        name: "a tuple is longer",
        event: "shapes:c53",
        file: CLIENT,
        truth: "P = [number, number]",
        false_text: "P = [number, number, number]",
        place: " › p",
        about: NOT_SENT,
    },
    Lie {
        name: "the schema has another type",
        event: "shapes:c40",
        file: SCHEMAS,
        truth: "\"type\": \"number\"",
        false_text: "\"type\": \"string\"",
        place: " › f",
        about: RECEIVED,
    },
    Lie {
        name: "the schema has no limit",
        event: "shapes:c35",
        file: SCHEMAS,
        truth: "\"maximum\": 255,",
        false_text: "",
        place: "",
        about: NOT_SENT,
    },
];

#[test]
fn every_lie_of_the_writer_is_found_with_its_event_its_place_and_a_value() {
    let tsc = compiler("typescript");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify-lies");
    let (truths, lies) = (scratch.join("truths"), scratch.join("lies"));
    let folder = |path: &Path| path.display().to_string();
    let package = ["--package", "corpus-events"];
    let out = folder(&truths);
    let generate = [&["generate", "--out", &out][..], &package].concat();
    run(&repository(), &generate).code(0);
    fs::create_dir_all(&lies).unwrap();
    for Lie {
        name,
        event,
        file,
        truth,
        false_text,
        place,
        about,
    } in LIES
    {
        for emitted in [CLIENT, SCHEMAS] {
            let text = fs::read_to_string(truths.join(emitted)).unwrap();
            let told = if emitted == file {
                assert!(text.contains(truth), "{name}: {truth} is not in\n{text}");
                text.replace(truth, false_text)
            } else {
                text
            };
            fs::write(lies.join(emitted), told).unwrap();
        }
        let lies = folder(&lies);
        let arguments = [
            "verify", "--tsc", &tsc, "--types", &lies, "--event", event, "--format", "json",
        ];
        let found = run(&repository(), &[&arguments[..], &package].concat()).code(1);
        let report: Value = serde_json::from_slice(&found.get_output().stdout).unwrap();
        assert_eq!(
            (&report["agree"], &report["events"]),
            (&0.into(), &1.into()),
            "{name}: {report:#}"
        );
        let witness = if file == CLIENT {
            "TypeScript"
        } else {
            "JSON Schema"
        };
        let shows = |one: &Value| {
            let against = one["against"].as_array().unwrap();
            one["event"] == event
                && one["place"].as_str().unwrap().starts_with(place)
                && one["about"] == about
                && one["value"].is_object()
                && against
                    .iter()
                    .all(|one| one["witness"].as_str().unwrap().starts_with(witness))
        };
        let disagreements = report["disagreements"].as_array().unwrap();
        assert!(disagreements.iter().any(shows), "{name}\n{report:#}");
    }
}

#[test]
fn an_example_that_serde_refuses_is_told_as_serde_says_it() {
    let shop = Shop::new("examples");
    let lib = LIB.replace(
        "#[event(channel = \"shop\", direction = \"both\")]\n#[serde(rename_all",
        "#[event(channel = \"shop\", direction = \"both\", example = r#\"{\"total\": 1}\"#)]\n#[serde(rename_all",
    );
    assert_ne!(lib, LIB);
    fs::write(shop.folder.join("src/lib.rs"), lib).unwrap();
    let tsc = compiler("typescript");
    let found = said(&run(&shop.folder, &["verify", "--tsc", &tsc]).code(1));
    let expected =
        "example of `shop:order_placed` is refused: missing field `orderId` at line 1 column 12";
    assert!(found.contains(expected), "{found}");
    assert!(found.contains("1 of 2 events agree"), "{found}");
    let one = run(
        &shop.folder,
        &["verify", "--tsc", &tsc, "--event", "shop:coded"],
    );
    assert!(
        said(&one.code(0)).contains("1 of 1 events agree"),
        "only what is asked for is told"
    );
}

#[test]
fn what_reads_a_value_and_panics_is_told() {
    let shop = Shop::new("panics");
    let tsc = compiler("typescript");
    let arguments = ["verify", "--tsc", &tsc, "--event", "shop:coded"];
    let found = said(&run(&shop.folder, &arguments).code(0));
    assert!(found.contains("reading `shop:coded` panics"), "{found}");
}

/// More than a pipe holds.
#[test]
fn a_compiler_that_fails_is_told_however_much_it_complains() {
    let shop = Shop::new("loud");
    let compiler = "
        if (process.argv.includes('--version')) console.log('Version 5.9.3');
        else {
            process.exitCode = 70;
            process.stderr.write('out of memory\\n'.repeat(100_000));
        }
    ";
    fs::write(shop.folder.join("tsc.cjs"), compiler).unwrap();
    let failed = run(&shop.folder, &["verify", "--tsc", "tsc.cjs"]);
    let text = said(&failed);
    assert!(text.contains("TypeScript 5.9.3 ended with"), "{text}");
    assert!(text.contains("out of memory"), "{text}");
    assert!(text.len() < 20_000, "{}", text.len());
    failed.code(1);
}

#[test]
fn wrong_use_says_what_to_write() {
    let shop = Shop::new("wrong");
    let none = said(&run(&shop.folder, &["verify"]).code(2));
    assert!(none.contains("npm install --save-dev typescript"), "{none}");
    let tsc = compiler("typescript");
    for (arguments, remedy) in [
        (&["--tsc", "nowhere/tsc"][..], "nowhere/tsc is no file"),
        (&["--tsc", "Cargo.toml"][..], "`--tsc"),
        (
            &["--tsc", &tsc, "--event", "shop:order-place"][..],
            "did you mean `shop:order_placed`?",
        ),
        (
            &["--tsc", &tsc, "--types", "nowhere"][..],
            "pubsub-gen generate",
        ),
    ] {
        let refused = run(&shop.folder, &[&["verify"][..], arguments].concat());
        let text = said(&refused);
        assert!(text.contains(remedy), "{arguments:?}: {text}");
        refused.code(2);
    }
}

const CARGO_TOML: &str = r#"[package]
name = "shop-NAME"
version = "0.1.0"
edition = "2024"

[workspace]
resolver = "3"

[profile.dev]
debug = false

[features]
default = ["client"]
client = ["pubsub-runtime/client"]
codegen = ["client", "pubsub-runtime/registry"]

[dependencies]
pubsub-runtime = { path = "RUNTIME" }
"#;

const LIB: &str = r#"//! A shop.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    /// What happens in the shop.
    channel shop { }
}

/// An order was placed.
#[event(channel = "shop", direction = "both")]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    pub order_id: String,
    pub total: f64,
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    pub pair: (u8, String),
    pub kind: Kind,
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What kind of order it is.
#[model]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    Plain,
    Gift { from: String },
}

/// Something in a code of its own.
#[event(channel = "shop", direction = "both")]
pub struct Coded {
    #[serde(with = "halves")]
    #[schemars(with = "String")]
    pub code: String,
}

mod halves {
    use pubsub_runtime::__private::serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(code: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(code)
    }

    /// Cuts the text after its first byte, which may be within a character.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (first, rest) = text.split_at(text.len().min(1));
        Ok(format!("{first}{rest}"))
    }
}
"#;
