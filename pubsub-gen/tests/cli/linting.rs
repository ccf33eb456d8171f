//! `lint`: each rule broken and kept, and how serious it is.

use crate::shop::{Domain, Shop, json, said};

const FAILING: &str = include_str!("lint/failing.rs");
const PASSING: &str = include_str!("lint/passing.rs");

#[track_caller]
fn shop(name: &str, lib: &str) -> Shop {
    Shop::of(&[Domain {
        name,
        lib,
        needs: &[],
    }])
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let shop = shop("failing-events", FAILING);
    let findings = json(&shop.run(&["lint", "--format", "json"]).code(1));
    let found: Vec<_> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            assert_eq!(finding["level"], "deny");
            assert!(!finding["what"].as_str().unwrap().is_empty());
            assert!(!finding["remedy"].as_str().unwrap().is_empty());
            let text = |word: &str| finding[word].as_str().unwrap().to_owned();
            (text("lint"), text("place"))
        })
        .collect();
    let expected = [
        ("no-scope", "channel no_scope"),
        ("no-scope", "channel no_scope"),
        ("no-description", "channel no_description"),
        ("no-description", "rules:no-description"),
        ("no-example", "rules:no-example"),
        ("unsafe-integer", "rules:unsafe-integer › a"),
        ("untagged-input", "rules:untagged-input › a"),
        ("external-tag", "rules:external-tag › a"),
        (
            "deprecated-without-successor",
            "rules:deprecated-without-successor",
        ),
        ("colliding-type-names", "type Item"),
    ];
    assert_eq!(
        found,
        expected.map(|(lint, place)| (lint.to_owned(), place.to_owned()))
    );

    let text = said(&shop.run(&["lint"]).code(1));
    assert!(
        text.contains("rules:unsafe-integer › a  unsafe-integer"),
        "{text}"
    );
    assert!(text.trim_end().ends_with("10 findings"), "{text}");
    let mut allowed = vec!["lint"];
    for (lint, _) in expected {
        allowed.extend(["--allow", lint]);
    }
    let nothing = said(&shop.run(&allowed).code(0));
    assert_eq!(nothing.trim(), "nothing to say");
}

#[test]
fn what_keeps_the_rules_passes_all_of_them() {
    let shop = shop("passing-events", PASSING);
    assert_eq!(
        json(&shop.run(&["lint", "--format", "json"]).code(0)),
        serde_json::json!([])
    );
}

#[test]
fn levels_come_from_the_file_and_then_from_the_command_line() {
    let shop = Shop::new();
    let found = said(&shop.run(&["lint"]).code(1));
    assert!(
        found.contains("no-example") && found.contains("1 finding"),
        "{found}"
    );

    let settings = |lint: &str| {
        shop.write(
            "Pubsub.toml",
            &format!("package = \"shop-events\"\n\n[lint]\n{lint}\n"),
        );
    };
    settings("allow = [\"no-example\"]");
    assert_eq!(said(&shop.run(&["lint"]).code(0)).trim(), "nothing to say");
    shop.run(&["lint", "--deny", "no-example"]).code(1);
    settings("warn = [\"no-example\"]");
    let warned = said(&shop.run(&["lint"]).code(0));
    assert!(
        warned.contains("1 finding, 1 of them a warning"),
        "{warned}"
    );
    shop.run(&["lint", "--deny-warnings"]).code(1);

    settings("alow = []");
    let wrong = said(&shop.run(&["lint"]).code(2));
    for part in [
        "unknown key `alow`",
        "Pubsub.toml:4:1",
        "did you mean `allow`?",
    ] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    settings("allow = [\"no-exampel\"]");
    let error = json(&shop.run(&["lint", "--format", "json"]).code(2));
    let error = &error["errors"][0];
    assert_eq!(error["help"][0], "did you mean `no-example`?");
    assert_eq!((&error["line"], &error["column"]), (&4.into(), &10.into()));
    let meant = said(
        &shop
            .run(&["lint", "--package", "shop-events", "--warn", "no-scop"])
            .code(2),
    );
    assert!(
        !meant.contains("no-scope"),
        "the file is read first: {meant}"
    );
    settings("");
    let meant = said(&shop.run(&["lint", "--warn", "no-scop"]).code(2));
    assert!(meant.contains("did you mean `no-scope`?"), "{meant}");
}
