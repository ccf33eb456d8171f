//! Places that files are written to: existing files, folders, links, and what cannot be written to.

use std::fs;

use crate::shop::{Shop, said};

#[test]
fn a_file_in_the_place_of_a_directory_and_the_other_way_round_are_refused() {
    let shop = Shop::new();
    shop.write("folder/kept", "kept\n");
    for (arguments, remedy) in [
        (
            &["generate", "--out", "Cargo.toml"][..],
            "is a file; write the path of a directory",
        ),
        (
            &["generate", "--out", "Cargo.toml/web"],
            "leads through Cargo.toml, which is a file",
        ),
        (
            &["docs", "--out", "folder"],
            "is a directory; write the path of a file",
        ),
        (
            &["docs", "--out", "Cargo.toml"],
            "Cargo.toml exists, and this command did not write it",
        ),
        (
            &["schema", "--out", "Cargo.toml"],
            "Cargo.toml exists, and this command did not write it",
        ),
        (&["docs", "--out", "a\nb.md"], "holds a control character"),
        (&["docs", "--out", ""], "a value is required"),
        (
            &[
                "create-event",
                "--dir",
                "Cargo.toml",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "is no directory",
        ),
    ] {
        // Help stands on a line of its own.
        let text = said(&shop.run(arguments).code(2)).replace("\n  help: ", "; ");
        assert!(text.contains(remedy), "{arguments:?}: {text}");
    }
    assert_eq!(shop.read("folder/kept"), "kept\n");
    assert!(shop.read("Cargo.toml").starts_with("[workspace]"));
}

/// The kernel takes no files there, whoever asks.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_to_is_told() {
    let shop = Shop::new();
    for arguments in [
        &["generate", "--out", "/sys/pubsub"][..],
        &["docs", "--out", "/sys/events.md"],
        &["schema", "--out", "/sys/events.json"],
    ] {
        let text = said(&shop.run(arguments).code(1));
        assert!(text.contains("cannot") && text.contains("/sys/"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_replaced_and_not_followed() {
    let shop = Shop::new();
    shop.write("elsewhere/mine.d.ts", "// mine\n");
    shop.write("elsewhere/empty.d.ts", "");
    fs::create_dir_all(shop.path("web")).unwrap();
    let link_to = |theirs: &str, file: &str| {
        std::os::unix::fs::symlink(shop.path(theirs), shop.path(file)).unwrap();
    };
    let link = |file: &str| link_to("elsewhere/mine.d.ts", file);
    link("web/trpc-v10.d.ts");
    let text = said(&shop.run(&["generate", "--out", "web"]).code(1));
    assert!(
        text.contains("web/trpc-v10.d.ts is no file of pubsub-gen"),
        "{text}"
    );
    fs::remove_file(shop.path("web/trpc-v10.d.ts")).unwrap();
    link_to("elsewhere/empty.d.ts", "web/trpc-v11.d.ts");
    shop.run(&["generate", "--out", "web"]).code(0);
    assert_eq!(shop.read("elsewhere/empty.d.ts"), "");
    assert!(shop.read("web/trpc-v11.d.ts").contains("AppRouter"));
    link("EVENTS.md");
    shop.run(&["docs", "--out", "EVENTS.md"]).code(2);
    link("events/src/orders_paid.rs");
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "paid",
        "--fields",
        "",
        "--action",
    ])
    .code(2);
    assert_eq!(shop.read("elsewhere/mine.d.ts"), "// mine\n");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_edited_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Shop::new();
    let lib = shop.path("events/src/lib.rs");
    fs::set_permissions(&lib, fs::Permissions::from_mode(0o640)).unwrap();
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "paid",
        "--fields",
        "",
        "--action",
    ])
    .code(0);
    let mode = |file: &str| fs::metadata(shop.path(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("events/src/lib.rs"), 0o640);
    // As any file that the user makes.
    shop.write("reference", "");
    assert_eq!(mode("events/src/orders_paid.rs"), mode("reference"));
}
