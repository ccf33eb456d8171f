//! The artefacts of the domain in `tests/types/domain`, whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use pubsub_gen::{Artefact, PackageAbout, PackageFile, catalogue, package};
use pubsub_runtime::Manifest;

fn manifest() -> Manifest {
    types_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn emitted() -> Vec<Artefact> {
    pubsub_gen::emitted(&manifest(), true).unwrap_or_else(|error| panic!("{error}"))
}

fn packaged() -> Vec<PackageFile> {
    let about = PackageAbout {
        name: "types-events".to_owned(),
        version: "1.2.3".to_owned(),
        description: Some("What happens in a shop.".to_owned()),
        license: Some("MIT OR Apache-2.0".to_owned()),
        repository: None,
    };
    package(&manifest(), &about).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn artefacts_are_as_reviewed() {
    for Artefact { file, text } in emitted() {
        insta::assert_snapshot!(file, text);
    }
}

#[test]
fn an_artefact_ends_with_a_newline_and_has_no_space_at_line_ends() {
    for Artefact { file, text } in emitted() {
        assert!(text.ends_with('\n'), "{file}");
        for line in text.lines() {
            assert_eq!(line.trim_end(), line, "{file}");
        }
    }
}

#[test]
fn what_a_package_says_of_itself_is_as_reviewed() {
    for PackageFile { path, text } in packaged() {
        if path == "package.json" {
            insta::assert_snapshot!("package.json", text);
        }
        if path == "README.md" {
            let (head, _) = text.split_once("\n## ").unwrap_or((&text, ""));
            insta::assert_snapshot!("README.md", head);
        }
    }
}

#[test]
fn the_same_declarations_give_the_same_bytes() {
    let page = || catalogue(&manifest()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(emitted(), emitted());
    assert_eq!(packaged(), packaged());
    assert_eq!(page(), page());
    // Whoever reads the manifest from its file gives the same as whoever has it from the registry.
    let read: Manifest =
        serde_json::from_str(&emitted()[2].text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pubsub_gen::emitted(&read, true).ok(), Some(emitted()));
}
