use pubsub_runtime::model;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::*;
use crate::testing::manifest_of;

fn found<T>() -> Vec<String>
where
    T: Serialize + DeserializeOwned + JsonSchema + Send + 'static,
{
    let mut levels = Levels::default();
    for general in [Lint::NoScope, Lint::NoDescription, Lint::NoExample] {
        levels.set(general, Level::Allow);
    }
    lint(&manifest_of::<T>("c:e"), &levels)
        .iter()
        .map(|finding| format!("{} {}", finding.lint.name(), finding.place))
        .collect()
}

#[model]
struct Wide {
    small: u32,
    big: u64,
    list: Vec<Option<i64>>,
}

#[test]
fn wide_integers_are_found_wherever_they_stand() {
    assert_eq!(
        found::<Wide>(),
        ["unsafe-integer c:e › big", "unsafe-integer c:e › list[]",]
    );
}

#[model]
struct Größe {
    wide: u64,
}

#[model]
struct Around {
    größe: Größe,
    second: Größe,
}

#[test]
fn references_to_names_beyond_ascii_are_followed() {
    assert_eq!(found::<Around>(), ["unsafe-integer c:e › größe › wide"]);
}

#[model]
#[serde(untagged)]
enum Loose {
    A { a: bool },
    B { b: bool },
}

#[model]
struct Choices {
    loose: Loose,
    maybe: Option<String>,
    outside: Outside,
    tagged: Tagged,
    plain: Plain,
}

#[model]
enum Outside {
    One(u8),
    Two,
}

#[model]
#[serde(tag = "type")]
enum Tagged {
    One { a: u8 },
    Two,
}

#[model]
enum Plain {
    One,
    Two,
}

#[test]
fn choices_that_are_hard_on_clients_are_found_and_others_are_not() {
    assert_eq!(
        found::<Choices>(),
        ["untagged-input c:e › loose", "external-tag c:e › outside",]
    );
}

#[test]
fn a_deprecation_names_what_follows() {
    for (note, is_enough) in [
        ("", false),
        ("old", false),
        ("see https://x.y/z", false),
        ("use `orders:placed`", true),
        ("use orders:placed instead.", true),
        ("removed without successor", true),
    ] {
        let mut manifest = manifest_of::<Plain>("c:e");
        manifest.events[0].deprecated = Some(note.to_owned());
        let found = lint(&manifest, &Levels::default())
            .iter()
            .any(|finding| finding.lint == Lint::DeprecatedWithoutSuccessor);
        assert_eq!(found, !is_enough, "{note}");
    }
}

#[test]
fn every_rule_has_a_name_that_finds_it_again() {
    for lint in Lint::ALL {
        assert_eq!(Lint::named(lint.name()), Some(lint));
        assert_eq!(serde_json::to_value(lint).unwrap(), lint.name());
    }
}
