//! Schemas that the attributes write as text, beside those that the derive of schemars makes of the same declaration.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};

/// Declares each item twice: in `written` as a user does, and in `derived` with the derive above it.
macro_rules! both {
    ($($name:ident { $($item:tt)* })*) => {
        mod written {
            use super::used::*;
            $(#[pubsub_runtime::model] $($item)*)*
        }
        mod derived {
            use super::used::*;
            $(#[pubsub_runtime::model] #[derive(schemars::JsonSchema)] $($item)*)*
        }

        /// Name, and the two as JSON, for reading and for writing.
        fn pairs() -> Vec<(&'static str, [String; 2])> {
            vec![$((stringify!($name), [text::<written::$name>(), text::<derived::$name>()])),*]
        }
    };
}

mod used {
    pub(super) use std::collections::{BTreeMap, HashMap};

    #[pubsub_runtime::model]
    #[derive(Debug, Default)]
    #[serde(rename_all = "SCREAMING-KEBAB-CASE")]
    pub(super) enum Level {
        #[default]
        VeryLow,
        High,
    }

    #[pubsub_runtime::model]
    #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub(super) struct Key(String);

    pub(super) type Maybe<T> = Option<T>;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(super) fn is_zero(number: &u8) -> bool {
        *number == 0
    }
}

both! {
    Empty { pub(super) struct Empty {} }
    Unit { pub(super) struct Unit; }
    Newtype {
        /// # Title
        ///
        /// And more:
        ///   an example.
        pub(super) struct Newtype(
            /// What it holds.
            Option<Level>,
        );
    }
    DefaultedNewtype { pub(super) struct DefaultedNewtype(#[serde(default)] u8); }
    Anything {
        pub(super) struct Anything {
            pub a: serde_json::Value,
            pub b: Option<serde_json::Value>,
            /// Said.
            pub c: serde_json::Value,
            #[schemars(with = "str")]
            pub d: Level,
            #[schemars(extend("x-path" = "p"))]
            pub e: u8,
        }
    }
    Any { pub(super) enum Any { A(serde_json::Value), B(#[serde(default)] u8) } }
    HiddenWord { pub(super) enum HiddenWord { Low, #[doc(hidden)] High, #[doc(alias = "x")] Other } }
    Pair { pub(super) struct Pair(u8, String); }
    Members {
        /// A "quoted" text with a \ and a {brace}.
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub(super) struct Members {
            /// # Only a title
            pub order_id: String,
            pub some_level: Level,
            pub other_level: Option<Level>,
            #[serde(rename = "ref")]
            pub reference: Maybe<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub at: Option<u8>,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub again: Option<Level>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub last: Option<Level>,
            #[serde(skip_serializing_if = "is_zero")]
            pub zero: u8,
            #[serde(default)]
            pub level: Level,
            #[serde(default)]
            pub levels: Vec<Level>,
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub words: Vec<String>,
            #[serde(alias = "b", alias = "B", default)]
            pub r#box: Box<u8>,
            pub by_key: BTreeMap<Key, Level>,
            pub by_name: HashMap<String, Vec<Maybe<u8>>>,
            pub nested: Option<Box<Members>>,
            /** A block
            of two lines. */
            #[deprecated = "use `words`"]
            pub old: (u8, [i32; 2]),
        }
    }
    Words { pub(super) enum Words { Open, InProgress } }
    SpokenWords {
        #[serde(rename_all = "snake_case")]
        pub(super) enum SpokenWords {
            Open,
            /// Nobody works on it.
            OnHold,
            #[serde(rename = "the end")]
            Done,
            #[serde(alias = "x")]
            Other,
        }
    }
    Outside {
        #[serde(rename_all_fields = "camelCase")]
        pub(super) enum Outside {
            Bare,
            One(Level),
            /// Said.
            Perhaps(Option<u8>),
            None {},
            Some { is_it: Option<u8>, #[serde(default)] level: Level },
            #[serde(rename_all = "UPPERCASE")]
            Loud { is_it: u8 },
        }
    }
    Inside {
        #[serde(tag = "type", rename_all = "snake_case")]
        pub(super) enum Inside {
            /// Said.
            NoneOfIt,
            #[serde(rename_all = "camelCase")]
            Some { zone_id: u8, at: Option<u8>, a: Vec<Level> },
        }
    }
    InsideStrictly {
        #[serde(tag = "type", deny_unknown_fields)]
        pub(super) enum InsideStrictly { A, B { b: u8 } }
    }
    Beside {
        #[serde(tag = "t", content = "c", deny_unknown_fields)]
        pub(super) enum Beside {
            A,
            /// Said.
            B(Option<Level>),
            C { c: u8, b: Option<u8> },
        }
    }
    // Left to the derive.
    InsideContent {
        #[serde(tag = "type")]
        pub(super) enum InsideContent { A(Level), B(Members) }
    }
    Untagged { #[serde(untagged)] pub(super) enum Untagged { A(u8), B(String) } }
    Flat { pub(super) struct Flat { #[serde(flatten)] pub rest: Inside, pub z: u8, pub a: u8 } }
    Limited { pub(super) struct Limited { #[schemars(range(min = 1))] pub one: u8 } }
    SkipsDefault { pub(super) struct SkipsDefault { #[serde(default, skip_serializing_if = "is_zero")] pub one: u8 } }
    DefaultOfKeyed { pub(super) struct DefaultOfKeyed { #[serde(default)] pub map: BTreeMap<Key, u8> } }
}

fn text<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12();
    let read = SchemaGenerator::new(settings.clone().for_deserialize());
    let written = SchemaGenerator::new(settings.for_serialize());
    let schemas = [read, written].map(SchemaGenerator::into_root_schema_for::<T>);
    let text = serde_json::to_string_pretty(&schemas).expect("a schema is JSON");
    text.replace("::templates::written::", "::templates::derived::")
}

#[test]
fn what_is_written_is_what_the_derive_makes() {
    for (name, [written, derived]) in pairs() {
        assert!(written.contains(&format!("::templates::derived::{name}\"")));
        assert_eq!(written, derived, "{name}");
    }
}
