//! `list`, `show`, `schema` and `docs`.

use crate::shop::{Shop, json, said};

#[test]
fn what_is_declared_is_listed_shown_and_printed() {
    let shop = Shop::new();
    let list = said(&shop.run(&["list"]).code(0));
    assert!(list.contains("orders:created"), "{list}");
    assert!(!list.contains('\u{1b}'), "no colours outside a terminal");
    let rows = json(&shop.run(&["list", "--format", "json"]).code(0));
    assert_eq!(rows[0]["name"], "orders:created");
    let meant = said(&shop.run(&["list", "--channel", "order"]).code(2));
    assert!(meant.contains("did you mean `orders`?"), "{meant}");

    let shown = said(&shop.run(&["show", "orders:created"]).code(0));
    for part in ["export interface", "read by", "client.orders.subscribe"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let meant = said(&shop.run(&["show", "orders:creatd"]).code(2));
    assert!(meant.contains("did you mean `orders:created`?"), "{meant}");

    let schema = said(&shop.run(&["schema", "orders:created"]).code(0));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let page = said(&shop.run(&["docs"]).code(0));
    assert!(page.contains("### `orders:created`"), "{page}");
}

#[test]
fn pages_and_schemas_are_written_and_nothing_else_is_overwritten() {
    let shop = Shop::new();
    for (arguments, file) in [
        (&["docs", "--out", "EVENTS.md"][..], "EVENTS.md"),
        (&["schema", "--out", "all.json"], "all.json"),
        (
            &["schema", "orders:created", "--out", "one.json"],
            "one.json",
        ),
    ] {
        shop.run(arguments).code(0);
        let text = shop.read(file);
        assert!(
            text.contains("orders:created") || text.contains("orderId"),
            "{text}"
        );
        // Its own file is written anew.
        shop.run(arguments).code(0);
        assert_eq!(shop.read(file), text);
        shop.write(file, "mine\n");
        let refused = said(&shop.run(arguments).code(2));
        assert!(refused.contains("did not write it"), "{refused}");
        assert_eq!(shop.read(file), "mine\n");
    }
}
