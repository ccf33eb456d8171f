//! What only the registry or the generator can see; `misuse/README.md` says which rows of misuse that is.

use crate::shop::{Domain, Shop, json, said};

const FIRST: &str = include_str!("misuse/first.rs");
const SECOND: &str = include_str!("misuse/second.rs");
const JOINED: &str = include_str!("misuse/joined.rs");
const EMPTY: &str = include_str!("misuse/empty.rs");
const MAPS: &str = include_str!("misuse/maps.rs");
const UNSAID: &str = include_str!("misuse/unsaid.rs");

/// Runs the generator on a domain crate; it must tell what the sources say, and write nothing.
fn refused(shop: &Shop, package: &str, sources: &str) {
    let arguments = ["generate", "--out", "web", "--package", package];
    let assert = shop.run(&arguments).code(1);
    let text = said(&assert);
    let expected: Vec<_> = sources
        .lines()
        .filter_map(|line| line.trim().strip_prefix("//~ "))
        .collect();
    assert!(!expected.is_empty());
    for told in &expected {
        assert!(text.contains(told), "{told}\n---\n{text}");
    }
    assert!(!shop.path("web").exists());
    // A mistake each, with what to write, for programs too.
    let errors = json(
        &shop
            .run(&[&arguments[..], &["--format", "json"]].concat())
            .code(1),
    );
    let errors = errors["errors"].as_array().unwrap();
    assert!(errors.len() >= expected.len(), "{errors:?}");
    for error in errors {
        assert_eq!(error["kind"], "declaration", "{error}");
        assert!(error["help"][0].is_string(), "{error}");
    }
}

#[test]
fn two_crates_that_declare_the_same_are_told_both_places() {
    let domain = |name, lib, needs| Domain { name, lib, needs };
    let shop = Shop::of(&[
        domain("first", FIRST, &[]),
        domain("second", SECOND, &[]),
        domain("joined", JOINED, &["first", "second"]),
    ]);
    refused(&shop, "joined", FIRST);
    let text = said(&shop.run(&["list", "--package", "joined"]).code(1));
    for place in ["first/src/lib.rs:", "second/src/lib.rs:"] {
        assert!(text.contains(place), "{place}\n---\n{text}");
    }
}

#[test]
fn a_domain_without_events_says_what_to_write() {
    let shop = Shop::of(&[Domain {
        name: "empty-events",
        lib: EMPTY,
        needs: &[],
    }]);
    refused(&shop, "empty-events", EMPTY);
}

#[test]
fn what_clients_cannot_be_told_truly_is_refused_with_the_place_in_the_type() {
    let shop = Shop::of(&[Domain {
        name: "unsaid-events",
        lib: UNSAID,
        needs: &[],
    }]);
    refused(&shop, "unsaid-events", UNSAID);
    let errors = json(
        &shop
            .run(&["generate", "--out", "web", "--format", "json"])
            .code(1),
    );
    let errors = errors["errors"].as_array().unwrap();
    let tagged = errors
        .iter()
        .find(|error| error["event"] == "row_25:measured")
        .unwrap();
    let path = tagged["path"].as_str().unwrap();
    assert!(path.starts_with("measure"), "{tagged}");
}

#[test]
fn maps_that_json_cannot_hold_are_refused() {
    let shop = Shop::of(&[Domain {
        name: "maps-events",
        lib: MAPS,
        needs: &[],
    }]);
    refused(&shop, "maps-events", MAPS);
}
