//! `package`, and zod schemas.

use std::fs;

use crate::shop::{Shop, said};

#[test]
fn a_package_is_whole_or_not_there_and_overwrites_nothing() {
    let shop = Shop::new();
    let toml = shop.read("events/Cargo.toml");
    let version = toml.split("version = \"").nth(1).unwrap();
    let version = version.split('"').next().unwrap();
    let made = shop.run(&["package"]).code(0);
    let made_said = said(&made);
    assert!(
        made_said.contains(&format!("made shop-events {version} in shop-events: ")),
        "{made_said}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&shop.read("shop-events/package.json")).unwrap();
    assert_eq!(json["name"], "shop-events");
    assert_eq!(json["version"], version);
    assert!(
        shop.read("shop-events/client/index.d.ts")
            .contains("orderId: string")
    );
    assert!(
        shop.read("shop-events/README.md")
            .contains("## Channel `orders`")
    );
    assert!(said(&shop.run(&["package"]).code(0)).contains("shop-events is up to date"));

    // Made anew in place, under another name and version.
    let again = [
        "package",
        "--name",
        "@acme/shop",
        "--version",
        "2.0.0-rc.1",
        "--out",
        "shop-events",
    ];
    shop.run(&again).code(0);
    assert!(
        shop.read("shop-events/package.json")
            .contains("\"@acme/shop\"")
    );
    assert!(
        shop.read("shop-events/client/index.d.ts")
            .starts_with("// Types of @acme/shop;")
    );

    let refused = |arguments: &[&str], text: &str| {
        let all: Vec<&str> = std::iter::once("package")
            .chain(arguments.iter().copied())
            .collect();
        let refused = shop.run(&all).code(2);
        // Help stands on a line of its own.
        let said = said(&refused).replace("\n  help: ", "; ");
        assert!(said.contains(text), "{said}");
    };
    shop.write("shop-events/notes.md", "mine");
    refused(
        &["--out", "shop-events"],
        "shop-events holds `notes.md`, which is not of the package and would be lost; move it away",
    );
    assert_eq!(shop.read("shop-events/notes.md"), "mine");
    assert!(
        shop.read("shop-events/package.json")
            .contains("\"@acme/shop\"")
    );
    refused(
        &["--out", "events"],
        "events is no package of this program; choose another folder with `--out`",
    );
    refused(&["--out", "Cargo.toml"], "Cargo.toml is not a folder");
    refused(&["--out", "events/.."], "is no name of a folder");
    shop.write(
        "theirs/package.json",
        r#"{"pubsub-gen": {"domains": ["billing-events"]}, "files": []}"#,
    );
    refused(
        &["--out", "theirs"],
        "theirs was made for billing-events, and this is shop-events",
    );
    refused(
        &["--name", "Shop Events"],
        "`Shop Events` cannot be the name of an npm package",
    );
    refused(
        &["--name", "../shop"],
        "`../shop` cannot be the name of an npm package",
    );
    refused(&["--version", "1.2"], "`1.2` is not a version");
    // Nothing is left of what was refused.
    let hidden = fs::read_dir(&shop.folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with('.')
    });
    assert_eq!(hidden.count(), 0);

    let empty = shop.path("dist/empty");
    fs::create_dir_all(&empty).unwrap();
    shop.run(&["package", "--out", "dist/empty"]).code(0);
    assert!(empty.join("server/index.cjs").exists());
}

#[test]
fn zod_schemas_are_emitted_if_they_are_asked_for() {
    let shop = Shop::new();
    shop.run(&["generate", "--out", "web", "--zod"]).code(0);
    let text = shop.read("web/events-zod.ts");
    assert!(text.contains("orderId: z.string()"), "{text}");
    shop.run(&["check", "--out", "web", "--zod"]).code(0);
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-zod.ts: no longer emitted"),
        "{}",
        said(&check)
    );
    shop.write("Pubsub.toml", "zod = true\n");
    shop.run(&["check", "--out", "web"]).code(0);
}
