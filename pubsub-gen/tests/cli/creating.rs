//! `create-event`.

use std::{fs, process::Command as Cargo};

use crate::shop::{Shop, said, target};

#[test]
fn a_created_event_compiles_is_tested_and_is_emitted() {
    let shop = Shop::new();
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "paid.v2",
        "--fields",
        "order_id:String,total:f64",
        "--action",
    ])
    .code(0);
    let created = shop
        .create(&[
            "--channel",
            "ops",
            "--name",
            "seen",
            "--fields",
            "",
            "--no-action",
        ])
        .code(0);
    assert!(said(&created).contains("channel ops"), "{}", said(&created));
    assert!(shop.read("events/src/lib.rs").contains("channel ops { }"));
    assert!(
        shop.read("events/src/lib.rs")
            .contains("pub mod orders_paid_v2;")
    );

    shop.run(&["generate", "--out", "web"]).code(0);
    let router = shop.read("web/trpc-v11.d.ts");
    assert!(
        router.contains("'paid.v2': Mutation<E.OrdersPaidV2 & E.SendOptions, E.OrdersPaidV2Reply>"),
        "{router}"
    );
    assert!(shop.read("web/events-client.d.ts").contains("'ops:seen'"));

    let tests = Cargo::new(env!("CARGO"))
        .args([
            "test",
            "--offline",
            "--package",
            "shop-events",
            "--features",
            "server",
        ])
        .current_dir(&shop.folder)
        .env("CARGO_TARGET_DIR", target())
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&tests.stdout);
    assert!(
        tests.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&tests.stderr)
    );
    for test in [
        "orders_paid_v2::tests::answers ... ok",
        "ops_seen::tests::is_declared ... ok",
    ] {
        assert!(text.contains(test), "{text}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let shop = Shop::new();
    let arguments = [
        "--channel",
        "orders",
        "--name",
        "paid",
        "--fields",
        "a:u8",
        "--action",
    ];
    shop.create(&arguments).code(0);
    let before = shop.sources();
    let again = shop.create(&arguments).code(2);
    assert!(said(&again).contains("exists already"), "{}", said(&again));
    shop.write("events/src/orders_kept.rs", "// mine\n");
    shop.create(&[
        "--channel",
        "orders",
        "--name",
        "kept",
        "--fields",
        "",
        "--action",
    ])
    .code(2);
    assert_eq!(shop.read("events/src/orders_kept.rs"), "// mine\n");
    fs::remove_file(shop.path("events/src/orders_kept.rs")).unwrap();
    assert_eq!(shop.sources(), before);
}

#[test]
fn names_that_lead_elsewhere_write_nothing() {
    let shop = Shop::new();
    let before = shop.sources();
    for (channel, name, fields) in [
        ("orders", "../../evil", ""),
        ("orders", "/tmp/evil", ""),
        ("../orders", "created", ""),
        ("orders", "two words", ""),
        ("orders", "Created", ""),
        ("orders", "then", ""),
        ("orders", "created\n", ""),
        ("orders", "lib", "a:u8} mod evil {"),
        ("orders", "made", "not fields"),
    ] {
        let refused = shop
            .create(&[
                "--channel",
                channel,
                "--name",
                name,
                "--fields",
                fields,
                "--action",
            ])
            .code(2);
        assert!(said(&refused).contains("help:"), "{}", said(&refused));
    }
    assert_eq!(shop.sources(), before);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_crate_is_not_followed() {
    let shop = Shop::new();
    fs::rename(shop.path("events/src"), shop.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere"), shop.path("events/src")).unwrap();
    let refused = shop
        .create(&[
            "--channel",
            "orders",
            "--name",
            "paid",
            "--fields",
            "",
            "--action",
        ])
        .code(2);
    assert!(
        said(&refused).contains("outside the crate"),
        "{}",
        said(&refused)
    );
    assert!(!shop.path("elsewhere/orders_paid.rs").exists());
}
