//! `generate` and `check`.

use crate::shop::{Shop, json, said};

#[test]
fn generate_writes_and_check_compares() {
    let shop = Shop::new();
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-client.d.ts: missing"),
        "{}",
        said(&check)
    );
    assert!(!shop.path("web").exists());

    let generate = shop
        .run(&["generate", "--package", "shop-events", "--out", "web"])
        .code(0);
    assert!(
        said(&generate).contains("wrote web/trpc-v11.d.ts"),
        "{}",
        said(&generate)
    );
    assert!(
        shop.read("web/events-client.d.ts")
            .contains("orderId: string")
    );
    let lock = shop.read("Cargo.lock");
    shop.run(&["check", "--out", "web"]).code(0);
    let again = shop.run(&["generate", "--out", "web"]).code(0);
    assert!(said(&again).contains("up to date"));
    assert_eq!(
        shop.read("Cargo.lock"),
        lock,
        "the workspace's lock file is only read"
    );

    shop.write("web/trpc-v10.d.ts", "");
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("trpc-v10.d.ts: differs"),
        "{}",
        said(&check)
    );
    assert_eq!(shop.read("web/trpc-v10.d.ts"), "");

    let orders = shop
        .read("events/src/orders.rs")
        .replace("order_id", "number");
    shop.write("events/src/orders.rs", &orders);
    let check = shop.run(&["check", "--out", "web"]).code(1);
    assert!(
        said(&check).contains("events-client.d.ts: differs"),
        "{}",
        said(&check)
    );
}

#[test]
fn a_mistake_in_the_declarations_is_found_and_shown() {
    let shop = Shop::new();
    shop.write(
        "events/src/lib.rs",
        "pubsub_runtime::domain! { channel orders { } }\n",
    );
    let generate = shop.run(&["generate", "--out", "web"]).code(1);
    assert!(
        said(&generate).contains("no event is declared in `shop-events`"),
        "{}",
        said(&generate)
    );
    assert!(!shop.path("web").exists());
}

#[test]
fn programs_are_told_the_same() {
    let shop = Shop::new();
    let check = json(
        &shop
            .run(&["check", "--out", "web", "--format", "json"])
            .code(1),
    );
    assert_eq!(check["out"], "web");
    assert_eq!(check["files"][1]["file"], "events-client.d.ts");
    assert_eq!(check["files"][1]["found"], "missing");
    let wrote = json(
        &shop
            .run(&["generate", "--out", "web", "--format", "json"])
            .code(0),
    );
    assert_eq!(wrote["files"][1]["did"], "wrote");
    let check = json(
        &shop
            .run(&["check", "--out", "web", "--format", "json"])
            .code(0),
    );
    assert_eq!(check["files"], serde_json::json!([]));
}
