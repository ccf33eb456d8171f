use pubsub_runtime::{AccessManifest, Direction, Manifest, model};

use super::*;
use crate::testing::manifest_of;

/// What happened.
#[model]
struct Placed {
    id: String,
}

fn about() -> PackageAbout {
    PackageAbout {
        name: "@acme/orders-events".to_owned(),
        version: "1.2.3".to_owned(),
        ..PackageAbout::default()
    }
}

/// A domain with an event for everybody and one of a channel that no client may read.
fn domain() -> Manifest {
    let mut manifest = manifest_of::<Placed>("c:placed");
    manifest.domains = vec!["secret-crate".to_owned()];
    let mut inner = manifest.events[0].clone();
    "ops:rolled".clone_into(&mut inner.name);
    "ops".clone_into(&mut inner.channel);
    "rolled".clone_into(&mut inner.word);
    inner.direction = Direction::Sse;
    let mut ops = manifest.channels[0].clone();
    "ops".clone_into(&mut ops.name);
    "Only we know.".clone_into(&mut ops.description);
    ops.subscribe = AccessManifest::None;
    manifest.channels[0].family = Some("secret-family".to_owned());
    manifest.channels[0].subscribe = AccessManifest::Scope("scope-of-readers".to_owned());
    manifest.channels[0].publish = AccessManifest::Scope("scope-of-senders".to_owned());
    let placed = &mut manifest.events[0];
    "secret-package".clone_into(&mut placed.package);
    "SecretRustType".clone_into(&mut placed.rust_type);
    placed.publish = Some(AccessManifest::Scope("scope-of-publishers".to_owned()));
    placed.action = Some(pubsub_runtime::ActionManifest {
        description: String::new(),
        emits: vec!["c:placed".to_owned(), "ops:rolled".to_owned()],
        timeout_ms: 1,
        retry_safe: false,
    });
    manifest.channels.push(ops);
    manifest.events.push(inner);
    manifest
}

fn text<'a>(files: &'a [PackageFile], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("no {path}")).text
}

#[test]
fn the_client_names_nothing_of_the_server() {
    let files = package(&domain(), &about()).unwrap();
    let client = files.iter().filter(|file| file.path.starts_with("client/"));
    let mut seen = 0;
    for file in client {
        seen += 1;
        for secret in [
            "scope-of",
            "secret-",
            "SecretRustType",
            "rolled",
            "ops",
            "Only we know",
            "::",
            ".rs",
        ] {
            assert!(!file.text.contains(secret), "{secret} in {}", file.path);
        }
        assert!(
            !file.text.contains("events-client"),
            "{} imports a file that is not there",
            file.path
        );
    }
    assert_eq!(seen, 12);
    let types = text(&files, "client/index.d.ts");
    assert!(
        types.starts_with("// Types of @acme/orders-events;"),
        "{types}"
    );
    assert!(types.contains("'c:placed'"), "{types}");
    // The server's entry is where all of it stands.
    let manifest = text(&files, "server/events-manifest.json");
    for word in ["ops:rolled", "scope-of-readers", "SecretRustType"] {
        assert!(manifest.contains(word), "{word}");
    }
}

#[test]
fn every_file_is_listed_and_every_export_is_a_file() {
    let files = package(&domain(), &about()).unwrap();
    let json: serde_json::Value = serde_json::from_str(text(&files, PACKAGE_JSON)).unwrap();
    let existing = ExistingPackage::read(text(&files, PACKAGE_JSON)).unwrap();
    assert_eq!(existing.domains, ["secret-crate"]);
    let mut listed = existing.files;
    listed.sort();
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(listed, paths);
    let mut targets = Vec::new();
    let mut pending = vec![&json["exports"]];
    while let Some(value) = pending.pop() {
        match value {
            serde_json::Value::String(target) => targets.push(target.as_str()),
            serde_json::Value::Object(members) => pending.extend(members.values()),
            other => panic!("{other}"),
        }
    }
    assert!(targets.len() > 16, "{targets:?}");
    for target in targets {
        let path = target.strip_prefix("./").unwrap();
        assert!(paths.contains(&path), "{target}");
    }
}

#[test]
fn a_peer_is_asked_for_exactly_if_the_types_name_it() {
    let files = package(&domain(), &about()).unwrap();
    let mut named = std::collections::BTreeSet::new();
    for file in &files {
        for part in file.text.split(" from '").skip(1) {
            let module = part.split('\'').next().unwrap();
            let words: Vec<_> = module.split('/').take(2).collect();
            if file.path.ends_with("ts") && module.starts_with('@') {
                named.insert(words.join("/"));
            }
        }
    }
    let json: serde_json::Value = serde_json::from_str(text(&files, PACKAGE_JSON)).unwrap();
    let peers: Vec<_> = json["peerDependencies"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(named.iter().collect::<Vec<_>>(), peers);
}

#[test]
fn only_our_own_packages_are_known_again() {
    for text in [
        "",
        "[]",
        r#"{"name": "x", "files": []}"#,
        r#"{"pubsub-gen": {"domains": ["d"]}}"#,
        r#"{"pubsub-gen": {"domains": [1]}, "files": []}"#,
    ] {
        assert_eq!(ExistingPackage::read(text), None, "{text}");
    }
    let text =
        r#"{"pubsub-gen": {"domains": []}, "files": ["../x", "/etc/x", "a/../../x", "a/b.js"]}"#;
    let existing = ExistingPackage::read(text).unwrap();
    assert_eq!(existing.files, ["a/b.js", "package.json"]);
}

#[test]
fn the_same_declarations_give_the_same_bytes() {
    let once = package(&domain(), &about()).unwrap();
    assert_eq!(once, package(&domain(), &about()).unwrap());
}
