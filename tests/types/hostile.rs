//! Whatever people write in comments and call their fields, what is emitted declares the same.

use std::{collections::BTreeMap, fs, process::Command};

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use pubsub_gen::{Mode, artefacts, catalogue, sync};
use pubsub_runtime::Manifest;
use serde_json::Value;

use crate::folder;

/// How many domains are emitted with other random texts.
const CASES: usize = 40;

/// What could end a comment, a string, a template, an element or a line, and begin a declaration.
const FRAGMENTS: [&str; 32] = [
    "*/ export const evil = 1; /*",
    "*\\/ export const evil = 1;",
    "**/",
    "/*",
    "//",
    "`${evil}`",
    "${evil}",
    "'; export const evil = 1; '",
    "\"; export const evil = 1; \"",
    "\\",
    "\\u{27}",
    "\n",
    "\r",
    "\r\n",
    "\u{2028}export const evil = 1;",
    "\u{2029}",
    "\u{85}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}live tsnoc",
    "\u{2067}live\u{2069} tsnoc",
    "\u{200f}live",
    "\u{200e}live",
    "\u{61c}live",
    "\u{feff}",
    "</script><script>evil()</script>",
    "<!-- -->",
    "__proto__",
    "constructor",
    "\n@deprecated evil",
    "\n * @internal\n@type {evil}",
    "{@link evil}",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => proptest::sample::select(&FRAGMENTS).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => "[a-z ]{1,6}",
    ];
    proptest::collection::vec(part, 1..5).prop_map(|parts| parts.concat())
}

/// Puts another text into every comment, and into every note of a deprecation.
fn comments(value: &mut Value, text: &mut impl FnMut() -> String) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let is_comment =
                    matches!(key.as_str(), "description" | "deprecated" | "x-deprecated");
                match member.as_str() {
                    Some(old) if is_comment && !old.is_empty() => *member = text().into(),
                    _ => comments(member, text),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| comments(item, text)),
        _ => {}
    }
}

/// Gives every member, and every value that is known, another name.
fn names(value: &mut Value, new: &mut impl FnMut(&str) -> String) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("properties", Value::Object(properties)) => {
                        let renamed = std::mem::take(properties).into_iter();
                        *properties = renamed
                            .map(|(name, mut property)| {
                                names(&mut property, new);
                                (new(&name), property)
                            })
                            .collect();
                    }
                    ("required" | "x-order" | "enum", Value::Array(items)) => {
                        for item in items {
                            if let Some(name) = item.as_str() {
                                *item = new(name).into();
                            }
                        }
                    }
                    ("const", Value::String(text)) => *text = new(text),
                    (_, member) => names(member, new),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| names(item, new)),
        _ => {}
    }
}

fn manifest(value: Value) -> Manifest {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}"))
}

/// What TypeScript's own parser finds in everything below the folder `generated`.
fn declared(generated: &std::path::Path) -> BTreeMap<String, Value> {
    let output = Command::new("node")
        .arg(folder().join("declarations.mjs"))
        .arg(generated)
        .output()
        .unwrap_or_else(|error| panic!("node cannot be started, install Node 20: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{errors}; `npm ci` in tests/types installs TypeScript"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn comments_and_names_declare_nothing() {
    let generated = folder().join("hostile/generated");
    if generated.exists() {
        fs::remove_dir_all(&generated).unwrap();
    }
    let base = types_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    let base = serde_json::to_value(base).unwrap();
    let emit = |name: &str, manifest: &Manifest| {
        let emitted = artefacts(manifest).unwrap_or_else(|error| panic!("{name}: {error}"));
        for artefact in &emitted {
            // Nothing hides, moves or reorders what a reader sees; JSON is escaped by its writer, and holds what was written.
            if artefact.file.ends_with(".d.ts") {
                let hidden = |letter: char| {
                    (letter.is_control() && letter != '\n' && letter != '\t')
                        || matches!(
                            letter,
                            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
                                | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}'
                        )
                };
                assert!(!artefact.text.contains(hidden), "{name}/{}", artefact.file);
            } else {
                serde_json::from_str::<Value>(&artefact.text).unwrap();
            }
        }
        sync(&generated.join(name), manifest, &emitted, Mode::Write(None))
            .unwrap_or_else(|error| panic!("{error}"));
    };

    let mut plain = base.clone();
    comments(&mut plain, &mut || "said".to_owned());
    emit("plain", &manifest(plain));
    let mut runner = TestRunner::deterministic();
    let mut any_text = || text().new_tree(&mut runner).unwrap().current();
    for case in 0..CASES {
        let mut hostile = base.clone();
        comments(&mut hostile, &mut any_text);
        let hostile = manifest(hostile);
        emit(&format!("comments-{case}"), &hostile);
        let page = catalogue(&hostile).unwrap();
        let outside: Vec<_> = outside_code(&page);
        assert!(
            !outside
                .iter()
                .any(|line| line.contains("<script") || line.contains("<!--")),
            "{page}"
        );

        let mut renamed = base.clone();
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut new = |name: &str| {
            // What is flattened has no name on the wire.
            if name.starts_with("...") {
                return name.to_owned();
            }
            let number = known.len();
            known
                .entry(name.to_owned())
                .or_insert_with(|| format!("{}{number}", any_text()))
                .clone()
        };
        names(&mut renamed["schemas"], &mut new);
        for event in renamed["events"].as_array_mut().unwrap() {
            let filters = event.get_mut("filters").and_then(Value::as_array_mut);
            let filters = filters.into_iter().flatten();
            for filter in filters {
                *filter = new(filter.as_str().unwrap()).into();
            }
        }
        emit(&format!("names-{case}"), &manifest(renamed));
    }

    let declared = declared(&generated);
    assert_eq!(declared.len(), (1 + 2 * CASES) * 3);
    for (file, found) in &declared {
        let (case, name) = file.split_once('/').unwrap();
        let plain = &declared[&format!("plain/{name}")];
        assert_eq!(found["wrong"], serde_json::json!([]), "{file}");
        assert_eq!(found["statements"], plain["statements"], "{file}");
        let identifiers = found["identifiers"].as_array().unwrap();
        assert!(!identifiers.contains(&"evil".into()), "{file}");
        if case.starts_with("comments-") {
            assert_eq!(found["declared"], plain["declared"], "{file}");
            assert_eq!(found["tags"], plain["tags"], "{file}");
        }
    }
}

/// The lines of a page that are prose.
fn outside_code(page: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    page.lines()
        .filter(|line| {
            let start = line.trim_start();
            let marks = &start[..start.len() - start.trim_start_matches(['`', '~']).len()];
            match fence {
                Some(open) => {
                    if marks.starts_with(open) && marks.len() == start.trim_end().len() {
                        fence = None;
                    }
                    false
                }
                None if marks.len() >= 3 => {
                    fence = Some(marks);
                    false
                }
                None => true,
            }
        })
        .collect()
}
