//! The artefacts of the domain in `tests/types/domain`, whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

use pubsub_gen::{Artefact, artefacts};

fn emitted() -> Vec<Artefact> {
    let manifest = types_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    artefacts(&manifest).unwrap_or_else(|error| panic!("{error}"))
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
