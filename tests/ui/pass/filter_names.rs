//! Every case of `rename_all`: the typed filters send what serde writes.

#![allow(non_snake_case)]

use std::collections::BTreeSet;

use pubsub_runtime::{client::Filters, event};

pubsub_runtime::domain! {
    channel orders { }
}

macro_rules! events {
    ($($name:literal $ident:ident $case:literal),* $(,)?) => {
        $(
            #[event(channel = "orders", name = $name)]
            #[derive(Default)]
            #[serde(rename_all = $case)]
            pub struct $ident {
                #[event(filter)]
                pub order_id: String,
                #[event(filter)]
                pub r#type: u8,
                #[event(filter)]
                pub x2_y__z: Option<bool>,
                #[event(filter)]
                pub _led: f64,
            }
        )*

        fn check() {
            $(
                let written = serde_json::to_value($ident::default()).unwrap();
                let filters: Filters =
                    $ident::filter().order_id("a").r#type(1).x2_y__z(true)._led(0.5).into();
                let of = |map: &serde_json::Map<String, serde_json::Value>| {
                    map.keys().cloned().collect::<BTreeSet<_>>()
                };
                let filters = serde_json::from_str(&filters.to_json().unwrap()).unwrap();
                assert_eq!(of(&filters), of(written.as_object().unwrap()), $case);
            )*
        }
    };
}

events! {
    "a" A "lowercase", "b" B "UPPERCASE", "c" C "PascalCase", "d" D "camelCase", "e" E "snake_case",
    "f" F "SCREAMING_SNAKE_CASE", "g" G "kebab-case", "h" H "SCREAMING-KEBAB-CASE",
}

fn main() {
    check();
    assert_eq!(registry().resolve().unwrap().len(), 8);
}
