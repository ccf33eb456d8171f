//! What `cargo build` emits, when it writes and when it does not: a small workspace of its own, built by a real cargo.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

mod shop;

use std::{
    fs,
    path::{Path, PathBuf},
};

use shop::Shop;

const FILES: [&str; 6] = [
    "asyncapi.json",
    "events-client.d.ts",
    "events-manifest.json",
    "events-schemas.json",
    "trpc-v10.d.ts",
    "trpc-v11.d.ts",
];

#[test]
fn a_build_emits_every_file_and_the_next_one_compiles_nothing() {
    let shop = Shop::new();
    let first = shop.build();
    first.succeeds();
    for file in FILES {
        assert!(shop.exported(file).exists(), "{file}");
    }
    assert!(
        !first.text().contains("warning: shop-app@"),
        "{}",
        first.text()
    );
    let second = shop.build();
    second.succeeds();
    assert!(!second.text().contains("Compiling"), "{}", second.text());
}

#[test]
fn an_edited_payload_changes_the_types_in_that_very_build() {
    let shop = Shop::new();
    shop.build().succeeds();
    assert!(!shop.client().contains("customerName"));
    shop.edit(
        "events/src/orders.rs",
        "pub total: f64",
        "pub total: f64, pub customer_name: String",
    );
    shop.build().succeeds();
    assert!(
        shop.client().contains("customerName: string"),
        "{}",
        shop.client()
    );
    let again = shop.build();
    assert!(!again.text().contains("Compiling"), "{}", again.text());

    // An event that is gone is gone from the types.
    shop.edit("events/src/lib.rs", "pub mod returns;", "");
    shop.build().succeeds();
    assert!(!shop.client().contains("OrderReturned"));
}

#[test]
fn a_check_emits_what_a_build_does() {
    let shop = Shop::new();
    shop.check().succeeds();
    let checked: Vec<_> = FILES.map(|file| shop.read_exported(file)).into();
    shop.build().succeeds();
    let built: Vec<_> = FILES.map(|file| shop.read_exported(file)).into();
    assert_eq!(checked, built);
}

#[test]
fn an_action_body_reaches_neither_a_client_build_nor_an_artefact() {
    const SECRET: &str = "marker-of-the-body-7c1f";
    const PUBLIC: &str = "marker-of-the-client-91ab";
    let shop = Shop::new();
    let body = "Ok(OrderAck { ok: order.total > 0.0 })";
    shop.edit(
        "events/src/orders.rs",
        body,
        &format!("assert_ne!(order.order_id, \"{SECRET}\"); {body}"),
    );
    shop.append(
        "events/src/orders.rs",
        &format!("#[unsafe(no_mangle)]\npub static PUBLIC: &str = \"{PUBLIC}\";\n"),
    );
    let target = shop.root().join("client-target");
    let client = ["build", "-p", "shop-events"];
    shop.cargo(&client, &target, &[]).succeeds();
    assert_eq!(files_with(&target, SECRET), Vec::<PathBuf>::new());
    // The search finds what is there.
    assert!(!files_with(&target, PUBLIC).is_empty());

    shop.build().succeeds();
    assert_eq!(
        files_with(&shop.root().join("app/web"), SECRET),
        Vec::<PathBuf>::new()
    );
    assert!(!files_with(&shop.root().join("app/web"), "OrderCreated").is_empty());
}

/// Every file below a folder that holds `text`.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if memchr::memmem::find(&fs::read(&path).unwrap(), text.as_bytes()).is_some() {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_deleted_or_edited_artefact_is_restored() {
    let shop = Shop::new();
    shop.build().succeeds();
    let before: Vec<_> = FILES.map(|file| shop.read_exported(file)).into();
    let edited = shop.read_exported("trpc-v11.d.ts").replace(
        "export type AppRouter",
        "export type AppRouter = any;\ntype Before",
    );
    shop.write_exported("trpc-v11.d.ts", &edited);
    fs::remove_file(shop.exported("events-manifest.json")).unwrap();
    shop.build().succeeds();
    let after: Vec<_> = FILES.map(|file| shop.read_exported(file)).into();
    assert_eq!(before, after);
    let again = shop.build();
    assert!(!again.text().contains("Compiling"), "{}", again.text());
}

#[test]
fn a_file_of_ours_that_is_no_longer_emitted_is_removed_and_others_stay() {
    let shop = Shop::new();
    shop.build().succeeds();
    let old = shop.client();
    shop.write_exported("old-client.d.ts", &old);
    shop.write_exported("mine.d.ts", "export type Mine = 1;\n");
    fs::remove_file(shop.exported("trpc-v10.d.ts")).unwrap();
    shop.build().succeeds();
    assert!(!shop.exported("old-client.d.ts").exists());
    assert!(shop.exported("mine.d.ts").exists());
}

#[test]
fn a_check_lists_what_differs_and_writes_nothing() {
    let shop = Shop::new();
    shop.build().succeeds();
    shop.build_with(&[("PUBSUB_EXPORT", "check")]).succeeds();
    shop.write_exported("trpc-v11.d.ts", "");
    fs::remove_file(shop.exported("events-manifest.json")).unwrap();
    let check = shop.build_with(&[("PUBSUB_EXPORT", "check")]);
    check.fails();
    for line in ["trpc-v11.d.ts: differs", "events-manifest.json: missing"] {
        assert!(check.text().contains(line), "{}", check.text());
    }
    assert!(
        !check.text().contains("events-client.d.ts: "),
        "{}",
        check.text()
    );
    assert!(!shop.exported("events-manifest.json").exists());
    assert_eq!(shop.read_exported("trpc-v11.d.ts"), "");
}

#[test]
fn nothing_is_exported_where_it_is_switched_off() {
    let shop = Shop::new();
    shop.build_with(&[("PUBSUB_EXPORT", "off")]).succeeds();
    assert!(!shop.exported("trpc-v11.d.ts").exists());
    shop.build_with(&[("DOCS_RS", "1")]).succeeds();
    assert!(!shop.exported("trpc-v11.d.ts").exists());
    shop.write("app/Cargo.toml.orig", "");
    shop.edit("app/build.rs", "fn main", "// packaged\nfn main");
    shop.build().succeeds();
    assert!(!shop.exported("trpc-v11.d.ts").exists());

    let wrong = shop.build_with(&[("PUBSUB_EXPORT", "always")]);
    assert!(shop.root().join("app/Cargo.toml.orig").exists());
    wrong.succeeds(); // Packaged sources export nothing, whatever the mode says.
}

#[test]
fn the_same_declarations_give_the_same_bytes_elsewhere() {
    let (one, other) = (Shop::new(), Shop::new());
    one.build().succeeds();
    other.build().succeeds();
    for file in FILES {
        assert_eq!(one.read_exported(file), other.read_exported(file), "{file}");
        let root = one.root().to_string_lossy().into_owned();
        assert!(!one.read_exported(file).contains(&root), "{file}");
    }
}

#[test]
fn the_files_of_another_domain_or_of_somebody_else_are_not_overwritten() {
    let shop = Shop::new();
    let foreign = "// Events of billing-events; emitted by pubsub-gen from the Rust declarations\n";
    shop.write_exported("events-client.d.ts", foreign);
    let build = shop.build();
    build.fails();
    let text = build.text();
    assert!(
        text.contains("was emitted for billing-events, this build emits shop-events"),
        "{text}"
    );
    assert_eq!(shop.read_exported("events-client.d.ts"), foreign);
    let mine = "export type Mine = 1;\n";
    shop.write_exported("events-client.d.ts", mine);
    let build = shop.build();
    build.fails();
    let text = build.text();
    assert!(text.contains("is no file of pubsub-gen"), "{text}");
    assert_eq!(shop.read_exported("events-client.d.ts"), mine);
}

#[test]
fn a_mistake_in_the_declarations_is_said_in_words() {
    let shop = Shop::new();
    shop.edit("events/src/lib.rs", "pub mod orders;", "");
    shop.edit("events/src/lib.rs", "pub mod returns;", "");
    let build = shop.build();
    build.fails();
    let text = build.text();
    assert!(
        text.contains(": no event is declared in `shop-events`; write `#[event(channel"),
        "{text}"
    );
    for noise in ["RegistryError", "Problem {", "stack backtrace", "panicked"] {
        assert!(!text.contains(noise), "{noise}: {text}");
    }
}

#[test]
fn a_type_that_clients_could_not_be_told_is_refused_with_its_place() {
    let shop = Shop::new();
    shop.edit(
        "events/src/orders.rs",
        "pub total: f64",
        "pub total: f64, pub kind: Kind",
    );
    shop.append(
        "events/src/orders.rs",
        "#[pubsub_runtime::model]\n#[serde(tag = \"type\")]\npub enum Kind { Plain, Count(u32) }\n",
    );
    let build = shop.build();
    build.fails();
    let text = build.text();
    assert!(
        text.contains("orders:created › kind › Count: variant `Count` cannot be internally tagged"),
        "{text}"
    );
}
