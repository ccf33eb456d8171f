//! Shapes of serde with their truth: what is written, what is never written, and what may be sent.

#![allow(
    dead_code,
    unused_qualifications,
    unreachable_pub,
    unused_imports,
    missing_docs,
    missing_debug_implementations,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "shapes as users write them"
)]

use crate::case::Case;

mod prelude {
    pub use std::collections::*;

    pub use pubsub_runtime::{event, model};
    pub use serde::*;
    pub use serde_json::{Value, json};

    pub(crate) use crate::case::Case;
}

/// Internally tagged enum, unit + struct + newtype variants, rename_all and rename_all_fields.
pub mod c1 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c1", direction = "both")]
    #[serde(
        tag = "type",
        rename_all = "snake_case",
        rename_all_fields = "camelCase"
    )]
    pub enum T {
        Draft,
        InReview { reviewer_id: String },
        Shipped(Ship),
    }
    #[model]
    pub struct Ship {
        track_no: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "1",
            &[
                T::Draft,
                T::InReview {
                    reviewer_id: "r".into(),
                },
                T::Shipped(Ship {
                    track_no: "1".into(),
                }),
            ],
            &[r##"{"type":"Draft"}"##, r##"{"type":"in_review"}"##],
            &[
                r##"{"type":"draft"}"##,
                r##"{"type":"in_review","reviewerId":"x"}"##,
                r##"{"type":"shipped","track_no":"x"}"##,
                r##"{"type":"in_review","reviewer_id":"x"}"##,
                r##"{}"##,
            ],
        )
    }
}

/// Adjacently tagged enum.
pub mod c2 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c2", direction = "both")]
    #[serde(tag = "t", content = "c")]
    pub enum T {
        Unit,
        New(u32),
        Tup(u32, String),
        St { a: bool },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "2",
            &[T::Unit, T::New(1), T::Tup(1, "a".into()), T::St { a: true }],
            &[
                r##"{"t":"New"}"##,
                r##"{"t":"Unit","c":1}"##,
                r##"{"t":"Tup","c":[1]}"##,
            ],
            &[
                r##"{"t":"Unit"}"##,
                r##"{"t":"New","c":1}"##,
                r##"{"t":"Tup","c":[1,"x"]}"##,
                r##"{"t":"Tup","c":[1]}"##,
                r##"{"t":"St"}"##,
            ],
        )
    }
}

/// Externally tagged enum (serde default), kebab-case.
pub mod c3 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c3", direction = "both")]
    #[serde(rename_all = "kebab-case")]
    pub enum T {
        AllGood,
        PairOf(u8, u8),
        One(String),
        WithField { some_field: i8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "3",
            &[
                T::AllGood,
                T::PairOf(1, 2),
                T::One("x".into()),
                T::WithField { some_field: 1 },
            ],
            &[r##""AllGood""##, r##"{"pair-of":[1]}"##],
            &[
                r##""all-good""##,
                r##"{"pair-of":[1,2]}"##,
                r##"{"one":"x"}"##,
                r##"{"with-field":{"some_field":1}}"##,
                r##"{"pair-of":1}"##,
                r##"{}"##,
            ],
        )
    }
}

/// Untagged enum, overlapping structs.
pub mod c4 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c4", direction = "both")]
    #[serde(untagged)]
    pub enum T {
        A { x: u8 },
        B { x: u8, y: u8 },
        C(String, u8),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "4",
            &[T::A { x: 1 }, T::B { x: 1, y: 2 }, T::C("a".into(), 1)],
            &[r##"{"y":1}"##, r##"["a"]"##],
            &[
                r##"{"x":1}"##,
                r##"{"x":1,"y":2}"##,
                r##"["a",1]"##,
                r##"{"y":1}"##,
                r##"["a"]"##,
            ],
        )
    }
}

/// Untagged with null, number, string, defaulted field, recursion.
pub mod c5 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c5", direction = "both")]
    #[serde(untagged)]
    pub enum T {
        Nil,
        N(i32),
        S(String),
        O {
            k: String,
            #[serde(default)]
            v: i32,
        },
        L(Vec<T>),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "5",
            &[
                T::Nil,
                T::N(1),
                T::S("x".into()),
                T::O {
                    k: "k".into(),
                    v: 1,
                },
                T::L(vec![T::Nil]),
            ],
            &[r##"{"k":"a"}"##, r##"true"##],
            &[
                r##"null"##,
                r##"2"##,
                r##""s""##,
                r##"{"k":"a"}"##,
                r##"{"k":"a","v":2}"##,
                r##"[1,null,"x"]"##,
                r##"{}"##,
                r##"true"##,
            ],
        )
    }
}

/// Single-variant enum is a literal, not string.
pub mod c7 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c7", direction = "both")]
    #[serde(rename_all = "SCREAMING-KEBAB-CASE")]
    pub enum T {
        OnlyOne,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "7",
            &[T::OnlyOne],
            &[r##""OnlyOne""##],
            &[r##""ONLY-ONE""##, r##""OnlyOne""##],
        )
    }
}

/// Empty-bodied variants differ from unit variants.
pub mod c8 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c8", direction = "both")]
    pub enum T {
        A {},
        B(),
        C,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "8",
            &[T::A {}, T::B(), T::C],
            &[r##""A""##, r##""B""##],
            &[r##"{"A":{}}"##, r##"{"B":[]}"##, r##""C""##, r##""A""##],
        )
    }
}

/// Internally tagged newtype variant holding a map.
pub mod c9 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c9", direction = "both")]
    #[serde(tag = "type")]
    pub enum T {
        Props(BTreeMap<String, String>),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "9",
            &[T::Props([("a".to_owned(), "b".to_owned())].into())],
            &[r##"{"a":"b"}"##],
            &[
                r##"{"type":"Props","k":"v"}"##,
                r##"{"type":"Props","k":1}"##,
                r##"{"k":"v"}"##,
            ],
        )
    }
}

/// Nested tagged enums (outer tag + inner tag).
pub mod c10 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c10", direction = "both")]
    #[serde(tag = "type")]
    pub enum T {
        Nested(Sub),
    }
    #[model]
    #[serde(tag = "sub")]
    pub enum Sub {
        X { x: u8 },
        Y,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "10",
            &[T::Nested(Sub::X { x: 1 }), T::Nested(Sub::Y)],
            &[r##"{"type":"Nested"}"##, r##"{"type":"Nested","sub":"X"}"##],
            &[
                r##"{"type":"Nested","sub":"X","x":1}"##,
                r##"{"type":"Nested","sub":"Y"}"##,
                r##"{"sub":"Y"}"##,
                r##"{"type":"Nested","sub":"X"}"##,
            ],
        )
    }
}

/// serde(other): closed on output, open on input.
pub mod c12 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c12", direction = "both")]
    #[serde(rename_all = "UPPERCASE")]
    pub enum T {
        On,
        Off,
        #[serde(other)]
        Unknown,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "12",
            &[T::On, T::Unknown],
            &[r##""LATER""##],
            &[r##""ON""##, r##""LATER""##, r##"1"##],
        )
    }
}

/// Variant skipped on input only.
pub mod c13 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c13", direction = "both")]
    #[serde(tag = "k")]
    pub enum T {
        Live {
            a: u8,
        },
        #[serde(skip_deserializing)]
        Legacy,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "13",
            &[T::Live { a: 1 }, T::Legacy],
            &[r##"{"k":"Gone"}"##],
            &[r##"{"k":"Live","a":1}"##, r##"{"k":"Legacy"}"##],
        )
    }
}

/// Field default: optional in, required out.
pub mod c15 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c15", direction = "both")]
    pub struct T {
        id: String,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default = "five")]
        qty: u32,
    }
    fn five() -> u32 {
        5
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "15",
            &[T {
                id: "a".into(),
                tags: vec![],
                qty: 5,
            }],
            &[r##"{"id":"a"}"##, r##"{"id":"a","tags":[]}"##],
            &[
                r##"{"id":"a"}"##,
                r##"{"id":"a","qty":1}"##,
                r##"{"id":"a","tags":null}"##,
                r##"{"qty":1}"##,
            ],
        )
    }
}

/// Container default + camelCase.
pub mod c16 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c16", direction = "both")]
    #[serde(default, rename_all = "camelCase")]
    #[derive(Default)]
    pub struct T {
        page_size: u32,
        cursor: Option<String>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "16",
            &[T::default()],
            &[r##"{}"##, r##"{"page_size":1,"cursor":null}"##],
            &[
                r##"{}"##,
                r##"{"pageSize":1}"##,
                r##"{"cursor":null}"##,
                r##"{"pageSize":null}"##,
            ],
        )
    }
}

/// Plain Option.
pub mod c17 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c17", direction = "both")]
    pub struct T {
        note: Option<String>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "17",
            &[
                T { note: None },
                T {
                    note: Some("x".into()),
                },
            ],
            &[r##"{}"##],
            &[
                r##"{}"##,
                r##"{"note":null}"##,
                r##"{"note":"x"}"##,
                r##"{"note":1}"##,
            ],
        )
    }
}

/// Option with skip_serializing_if: never null on output.
pub mod c18 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c18", direction = "both")]
    pub struct T {
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "18",
            &[
                T { note: None },
                T {
                    note: Some("x".into()),
                },
            ],
            &[r##"{"note":null}"##],
            &[
                r##"{}"##,
                r##"{"note":null}"##,
                r##"{"note":"x"}"##,
                r##"{"note":1}"##,
            ],
        )
    }
}

/// Vec with default and skip_serializing_if.
pub mod c19 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c19", direction = "both")]
    pub struct T {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        list: Vec<u8>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "19",
            &[T { list: vec![] }, T { list: vec![1] }],
            &[r##"{"list":null}"##],
            &[r##"{}"##, r##"{"list":[1]}"##, r##"{"list":null}"##],
        )
    }
}

/// Patch field: absent / null / value.
pub mod c21 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c21", direction = "both")]
    pub struct T {
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "double"
        )]
        #[event(wire(in = "Option<String>"))]
        note: Option<Option<String>>,
    }
    fn double<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(d).map(Some)
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "21",
            &[
                T { note: None },
                T { note: Some(None) },
                T {
                    note: Some(Some("x".into())),
                },
            ],
            &[r##"{"note":1}"##],
            &[
                r##"{}"##,
                r##"{"note":null}"##,
                r##"{"note":"x"}"##,
                r##"{"note":1}"##,
            ],
        )
    }
}

/// Option inside Vec, tuple, map; Option<()>.
pub mod c22 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c22", direction = "both")]
    pub struct T {
        a: Vec<Option<u8>>,
        c: (u8, Option<u8>),
        d: BTreeMap<String, Option<u8>>,
        e: Option<()>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "22",
            &[T {
                a: vec![None, Some(1)],
                c: (1, None),
                d: [("k".to_owned(), None)].into(),
                e: Some(()),
            }],
            &[r##"{"a":[],"c":[1],"d":{},"e":null}"##],
            &[
                r##"{"a":[null],"c":[1,null],"d":{"k":null}}"##,
                r##"{"a":[],"c":[1,1],"d":{},"e":null}"##,
                r##"{"a":[],"c":[1],"d":{}}"##,
            ],
        )
    }
}

/// Directional rename.
pub mod c23 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c23", direction = "both")]
    pub struct T {
        #[serde(rename(serialize = "orderId", deserialize = "order_id"))]
        oid: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "23",
            &[T { oid: "o".into() }],
            &[r##"{"order_id":"o"}"##],
            &[r##"{"order_id":"o"}"##, r##"{"orderId":"o"}"##],
        )
    }
}

/// Directional rename_all.
pub mod c24 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c24", direction = "both")]
    #[serde(rename_all(serialize = "camelCase", deserialize = "snake_case"))]
    pub struct T {
        unit_price: u32,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "24",
            &[T { unit_price: 1 }],
            &[r##"{"unit_price":1}"##],
            &[r##"{"unit_price":1}"##, r##"{"unitPrice":1}"##],
        )
    }
}

/// skip_serializing and skip_deserializing.
pub mod c25 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c25", direction = "both")]
    pub struct T {
        id: u8,
        #[serde(skip_serializing)]
        password: String,
        #[serde(skip_deserializing)]
        computed: u32,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "25",
            &[T {
                id: 1,
                password: "p".into(),
                computed: 1,
            }],
            &[r##"{"id":1}"##, r##"{"id":1,"computed":1,"password":"x"}"##],
            &[r##"{"id":1,"password":"p"}"##, r##"{"id":1}"##],
        )
    }
}

/// skip in a tuple struct shortens the tuple.
pub mod c26 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c26", direction = "both")]
    pub struct T(u8, #[serde(skip)] u8, String);

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "26",
            &[T(1, 2, "s".into())],
            &[r##"[1,2,"s"]"##],
            &[r##"[1,"s"]"##, r##"[1,2,"s"]"##],
        )
    }
}

/// alias: canonical name in the type, alias accepted at runtime only (documented policy).
pub mod c27 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c27", direction = "both")]
    pub struct T {
        #[serde(alias = "colour")]
        color: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "27",
            &[T { color: "c".into() }],
            &[r##"{"colour":"c"}"##],
            &[r##"{"color":"c"}"##, r##"{}"##],
        )
    }
}

/// deny_unknown_fields.
pub mod c28 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c28", direction = "both")]
    #[serde(deny_unknown_fields)]
    pub struct T {
        a: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "28",
            &[T { a: 1 }],
            &[r##"{"a":1,"z":1}"##],
            &[r##"{"a":1}"##, r##"{"a":1,"z":1}"##],
        )
    }
}

/// Flatten struct that has a default.
pub mod c29 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c29", direction = "both")]
    pub struct T {
        id: u32,
        #[serde(flatten)]
        meta: Meta,
    }
    #[model]
    pub struct Meta {
        by: String,
        #[serde(default)]
        rev: u32,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "29",
            &[T {
                id: 1,
                meta: Meta {
                    by: "x".into(),
                    rev: 0,
                },
            }],
            &[r##"{"id":1,"by":"x"}"##],
            &[
                r##"{"id":1,"by":"x"}"##,
                r##"{"id":1}"##,
                r##"{"id":1,"meta":{"by":"x"}}"##,
            ],
        )
    }
}

/// Flatten map of any JSON.
pub mod c30 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c30", direction = "both")]
    pub struct T {
        id: u32,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "30",
            &[T {
                id: 1,
                rest: [("k".to_owned(), json!([1]))].into(),
            }],
            &[r##"{"k":1}"##],
            &[
                r##"{"id":1}"##,
                r##"{"id":1,"any":{"a":1}}"##,
                r##"{"id":"1"}"##,
            ],
        )
    }
}

/// Flatten typed map beside a differently typed field: index signature must be widened.
pub mod c31 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c31", direction = "both")]
    pub struct T {
        id: String,
        #[serde(flatten)]
        flags: BTreeMap<String, bool>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "31",
            &[T {
                id: "i".into(),
                flags: [("x".to_owned(), true)].into(),
            }],
            &[r##"{"x":true}"##, r##"{"id":"i","x":3}"##],
            &[
                r##"{"id":"i"}"##,
                r##"{"id":"i","x":true}"##,
                r##"{"x":true}"##,
            ],
        )
    }
}

/// Flatten internally tagged enum.
pub mod c32 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c32", direction = "both")]
    pub struct T {
        id: u32,
        #[serde(flatten)]
        kind: Kind,
    }
    #[model]
    #[serde(tag = "kind")]
    pub enum Kind {
        A { a: u32 },
        B { b: String },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "32",
            &[
                T {
                    id: 1,
                    kind: Kind::A { a: 1 },
                },
                T {
                    id: 1,
                    kind: Kind::B { b: "b".into() },
                },
            ],
            &[r##"{"id":1}"##, r##"{"id":1,"kind":"A","b":"x"}"##],
            &[
                r##"{"id":1,"kind":"A","a":1}"##,
                r##"{"id":1,"kind":"B","b":"x"}"##,
                r##"{"id":1,"kind":"A"}"##,
                r##"{"id":1,"kind":"C"}"##,
            ],
        )
    }
}

/// Flatten `Option<struct>`: all or nothing on output, anything goes on input.
pub mod c35 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c35", direction = "both")]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        at: Option<Pt>,
    }
    #[model]
    pub struct Pt {
        x: i8,
        y: i8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "35",
            &[
                T { id: 1, at: None },
                T {
                    id: 1,
                    at: Some(Pt { x: 1, y: 2 }),
                },
            ],
            &[r##"{"id":1,"x":1}"##],
            &[r##"{"id":1}"##, r##"{"id":1,"x":1,"y":2}"##],
        )
    }
}

/// Flatten generic parameter.
pub mod c36 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c36", direction = "both")]
    pub struct T {
        w: With<More>,
    }
    #[model]
    pub struct With<X> {
        id: u8,
        #[serde(flatten)]
        x: X,
    }
    #[model]
    pub struct More {
        m: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "36",
            &[T {
                w: With {
                    id: 1,
                    x: More { m: "m".into() },
                },
            }],
            &[r##"{"w":{"id":1}}"##],
            &[r##"{"w":{"id":1,"m":"m"}}"##, r##"{"w":{"id":1}}"##],
        )
    }
}

/// Small integers, bool, string, char.
pub mod c37 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c37", direction = "both")]
    pub struct T {
        a: u8,
        b: i32,
        c: bool,
        d: String,
        e: char,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "37",
            &[T {
                a: 1,
                b: -1,
                c: true,
                d: "d".into(),
                e: 'e',
            }],
            &[r##"{"a":"1","b":1,"c":true,"d":"d","e":"e"}"##],
            &[
                r##"{"a":1,"b":1,"c":true,"d":"d","e":"e"}"##,
                r##"{"a":1,"b":1,"c":1,"d":"d","e":"e"}"##,
            ],
        )
    }
}

/// u64/i64/usize: number on the wire; publish refuses values beyond 2^53-1 unless int="string".
pub mod c38 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c38", direction = "both")]
    pub struct T {
        a: u64,
        b: i64,
        c: usize,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "38",
            &[T { a: 1, b: -1, c: 3 }],
            &[r##"{"a":"1","b":1,"c":1}"##],
            &[r##"{"a":1,"b":1,"c":1}"##, r##"{"a":"1","b":1,"c":1}"##],
        )
    }
}

/// u64 as string (what int="string" inserts).
pub mod c39 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c39", direction = "both")]
    pub struct T {
        #[event(int = "string")]
        big: u64,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "39",
            &[T { big: u64::MAX }],
            &[r##"{"big":1}"##],
            &[r##"{"big":"1"}"##, r##"{"big":1}"##, r##"{"big":"x"}"##],
        )
        .limits::<T>(&[
            r##"{"big":"0"}"##,
            r##"{"big":"-1"}"##,
            r##"{"big":"007"}"##,
            r##"{"big":"100000000000000000000"}"##,
        ])
    }
}

/// f64: number; publish refuses NaN/inf (serde_json would write null).
pub mod c40 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c40", direction = "both")]
    pub struct T {
        f: f64,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "40",
            &[T { f: 1.5 }],
            &[r##"{"f":"1"}"##],
            &[r##"{"f":1}"##, r##"{"f":null}"##],
        )
    }
}

/// i128 and NonZero.
pub mod c41 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c41", direction = "both")]
    pub struct T {
        #[event(int = "checked")]
        a: i128,
        n: std::num::NonZeroU8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "41",
            &[T {
                a: 5,
                n: 1.try_into().unwrap(),
            }],
            &[r##"{"a":"5","n":1}"##],
            &[r##"{"a":1,"n":1}"##, r##"{"a":1,"n":"1"}"##],
        )
    }
}

/// chrono DateTime, NaiveDate.
pub mod c42 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c42", direction = "both")]
    pub struct T {
        at: chrono::DateTime<chrono::Utc>,
        day: chrono::NaiveDate,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "42",
            &[T {
                at: chrono::DateTime::UNIX_EPOCH,
                day: chrono::NaiveDate::MIN,
            }],
            &[r##"{"at":0,"day":"2026-01-01"}"##],
            &[
                r##"{"at":"2026-01-01T00:00:00Z","day":"2026-01-02"}"##,
                r##"{"at":0,"day":"2026-01-02"}"##,
            ],
        )
    }
}

/// chrono ts_milliseconds through serde(with).
pub mod c43 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c43", direction = "both")]
    pub struct T {
        #[serde(with = "chrono::serde::ts_milliseconds")]
        #[event(wire = "i64")]
        at: chrono::DateTime<chrono::Utc>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "43",
            &[T {
                at: chrono::DateTime::UNIX_EPOCH,
            }],
            &[r##"{"at":"x"}"##],
            &[r##"{"at":1}"##, r##"{"at":"2026-01-01T00:00:00Z"}"##],
        )
    }
}

/// uuid, url, ip, path.
pub mod c45 {
    use super::prelude::*;

    #[event(
        channel = "shapes",
        name = "c45",
        direction = "both",
        example = r#"{"id":"00000000-0000-0000-0000-000000000001","u":"http://a/","ip":"::1","p":"/x"}"#
    )]
    pub struct T {
        id: uuid::Uuid,
        u: url::Url,
        ip: std::net::IpAddr,
        p: std::path::PathBuf,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "45",
            &[T {
                id: uuid::Uuid::nil(),
                u: "http://a/".parse().unwrap(),
                ip: "::1".parse().unwrap(),
                p: "/x".into(),
            }],
            &[r##"{"id":1,"u":"u","ip":"::1","p":"p"}"##],
            &[
                r##"{"id":"00000000-0000-0000-0000-000000000000","u":"http://a/","ip":"::1","p":"/"}"##,
                r##"{"id":"00000000-0000-0000-0000-000000000000","u":"http://a/","ip":7,"p":"/"}"##,
            ],
        )
    }
}

/// rust_decimal serialises as string (accepts string or number).
pub mod c46 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c46", direction = "both")]
    pub struct T {
        p: rust_decimal::Decimal,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "46",
            &[T {
                p: rust_decimal::Decimal::ONE,
            }],
            &[r##"{"p":1}"##],
            &[r##"{"p":"1.5"}"##, r##"{"p":1}"##, r##"{"p":true}"##],
        )
    }
}

/// Map with string, integer keys.
pub mod c47 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c47", direction = "both")]
    pub struct T {
        s: BTreeMap<String, u8>,
        n: BTreeMap<u32, bool>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "47",
            &[T {
                s: [("a".to_owned(), 1)].into(),
                n: [(1, true)].into(),
            }],
            &[r##"{"s":{"a":"x"},"n":{}}"##],
            &[r##"{"s":{},"n":{"1":true}}"##, r##"{"s":{},"n":{"1":1}}"##],
        )
    }
}

/// Map keyed by enum is partial.
pub mod c48 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c48", direction = "both")]
    pub struct T {
        m: BTreeMap<Color, u8>,
    }
    #[model]
    #[serde(rename_all = "lowercase")]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Color {
        Red,
        Green,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "48",
            &[
                T {
                    m: [(Color::Red, 1)].into(),
                },
                T { m: [].into() },
            ],
            &[r##"{"m":{"blue":1}}"##],
            &[
                r##"{"m":{"red":1}}"##,
                r##"{"m":{}}"##,
                r##"{"m":{"blue":1}}"##,
            ],
        )
    }
}

/// Nested maps.
pub mod c51 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c51", direction = "both")]
    pub struct T {
        m: HashMap<String, HashMap<String, Vec<u8>>>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "51",
            &[T {
                m: [("a".to_owned(), [("b".to_owned(), vec![1])].into())].into(),
            }],
            &[r##"{"m":{"a":[1]}}"##],
            &[r##"{"m":{"a":{"b":[1]}}}"##, r##"{"m":{"a":[1]}}"##],
        )
    }
}

/// Unit, unit struct, empty struct.
pub mod c52 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c52", direction = "both")]
    pub struct T {
        u: (),
        us: U,
        e: E,
    }
    #[model]
    pub struct U;
    #[model]
    pub struct E {}

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "52",
            &[T {
                u: (),
                us: U,
                e: E {},
            }],
            &[
                r##"{"u":null,"us":{},"e":{}}"##,
                r##"{"u":[],"us":null,"e":{}}"##,
            ],
            &[
                r##"{"u":null,"us":null,"e":{}}"##,
                r##"{"us":null,"e":{}}"##,
            ],
        )
    }
}

/// Newtype, transparent, tuple struct.
pub mod c53 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c53", direction = "both")]
    pub struct T {
        n: N,
        t: Tr,
        p: P,
    }
    #[model]
    pub struct N(String);
    #[model]
    #[serde(transparent)]
    pub struct Tr {
        inner: Vec<N>,
    }
    #[model]
    pub struct P(i8, i8);

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "53",
            &[T {
                n: N("n".into()),
                t: Tr {
                    inner: vec![N("x".into())],
                },
                p: P(1, 2),
            }],
            &[
                r##"{"n":{"0":"n"},"t":[],"p":[1,2]}"##,
                r##"{"n":"n","t":{"inner":[]},"p":[1,2]}"##,
                r##"{"n":"n","t":[],"p":[1]}"##,
            ],
            &[
                r##"{"n":"n","t":["a"],"p":[1,2]}"##,
                r##"{"n":"n","t":{"inner":[]},"p":[1,2]}"##,
                r##"{"n":"n","t":[],"p":[1]}"##,
            ],
        )
    }
}

/// Fixed-size arrays are tuples.
pub mod c54 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c54", direction = "both")]
    pub struct T {
        a: [u8; 3],
        m: [[i8; 2]; 2],
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "54",
            &[T {
                a: [1, 2, 3],
                m: [[1, 2], [3, 4]],
            }],
            &[r##"{"a":[1,2],"m":[[1,2],[3,4]]}"##],
            &[
                r##"{"a":[1,2,3],"m":[[1,2],[3,4]]}"##,
                r##"{"a":[1,2],"m":[[1,2],[3,4]]}"##,
                r##"{"a":[1,2,3],"m":[[1,2],[3]]}"##,
            ],
        )
    }
}

/// Generic with two instantiations, one of them direction-dependent.
pub mod c56 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c56", direction = "both")]
    pub struct T {
        pa: Page<A>,
        ps: Page<String>,
    }
    #[model]
    pub struct Page<X> {
        items: Vec<X>,
        next: Option<String>,
    }
    #[model]
    pub struct A {
        a: u8,
        #[serde(default)]
        d: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "56",
            &[T {
                pa: Page {
                    items: vec![A { a: 1, d: 0 }],
                    next: None,
                },
                ps: Page {
                    items: vec!["x".into()],
                    next: None,
                },
            }],
            &[
                r##"{"pa":{"items":[{"a":1}],"next":null},"ps":{"items":[],"next":null}}"##,
                r##"{"pa":{"items":[]},"ps":{"items":[],"next":null}}"##,
            ],
            &[
                r##"{"pa":{"items":[{"a":1}]},"ps":{"items":["a"]}}"##,
                r##"{"pa":{"items":["x"]},"ps":{"items":["a"]}}"##,
            ],
        )
    }
}

/// Recursive struct with Vec and `Option<Box>`.
pub mod c58 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c58", direction = "both")]
    pub struct T {
        v: u8,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kids: Vec<T>,
        #[serde(default)]
        parent: Option<Box<T>>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "58",
            &[T {
                v: 1,
                kids: vec![T {
                    v: 2,
                    kids: vec![],
                    parent: None,
                }],
                parent: None,
            }],
            &[r##"{"v":1}"##],
            &[
                r##"{"v":1}"##,
                r##"{"v":1,"kids":[{"v":2}],"parent":{"v":0}}"##,
                r##"{"v":1,"kids":[{}]}"##,
            ],
        )
    }
}

/// Container try_from / into: two unrelated shapes.
pub mod c59 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c59", direction = "both")]
    #[derive(Clone)]
    #[serde(try_from = "In", into = "Out")]
    pub struct T {
        u: String,
        h: String,
    }
    #[model]
    pub struct In {
        raw: String,
    }
    #[model]
    pub struct Out {
        user: String,
        host: String,
    }
    impl TryFrom<In> for T {
        type Error = String;
        fn try_from(i: In) -> Result<T, String> {
            let (u, h) = i.raw.split_once('@').ok_or("no @")?;
            Ok(T {
                u: u.into(),
                h: h.into(),
            })
        }
    }
    impl From<T> for Out {
        fn from(t: T) -> Out {
            Out {
                user: t.u,
                host: t.h,
            }
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "59",
            &[T {
                u: "a".into(),
                h: "b".into(),
            }],
            &[r##"{"raw":"a@b"}"##, r##"{"u":"a","h":"b"}"##],
            &[r##"{"raw":"a@b"}"##, r##"{"user":"a","host":"b"}"##],
        )
    }
}

/// Result, Cow, Arc, `Vec<u8>`, PhantomData, HashSet, Value, Range.
pub mod c61 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c61", direction = "both")]
    pub struct T {
        r: Result<u8, String>,
        cow: std::borrow::Cow<'static, str>,
        arc: std::sync::Arc<str>,
        by: Vec<u8>,
        ph: std::marker::PhantomData<u8>,
        set: HashSet<String>,
        any: Value,
        range: std::ops::Range<u8>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "61",
            &[
                T {
                    r: Ok(1),
                    cow: "c".into(),
                    arc: "a".into(),
                    by: vec![1],
                    ph: Default::default(),
                    set: ["s".to_owned()].into(),
                    any: json!({"x":null}),
                    range: 0..3,
                },
                T {
                    r: Err("e".into()),
                    cow: "c".into(),
                    arc: "a".into(),
                    by: vec![1],
                    ph: Default::default(),
                    set: Default::default(),
                    any: json!(null),
                    range: 0..3,
                },
            ],
            &[
                r##"{"r":1,"cow":"c","arc":"a","by":[1],"ph":null,"set":[],"any":1,"range":{"start":0,"end":1}}"##,
                r##"{"r":{"Ok":1},"cow":"c","arc":"a","by":"AQ==","ph":null,"set":[],"any":1,"range":{"start":0,"end":1}}"##,
            ],
            &[
                r##"{"r":{"Ok":1},"cow":"c","arc":"a","by":[1],"ph":null,"set":["a"],"any":[1],"range":{"start":0,"end":1}}"##,
                r##"{"r":{"Ok":"x"},"cow":"c","arc":"a","by":[1],"ph":null,"set":["a"],"any":1,"range":{"start":0,"end":1}}"##,
            ],
        )
    }
}

/// Odd keys: raw identifier, kebab, leading digit, quote, dollar.
pub mod c62 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c62", direction = "both")]
    pub struct T {
        r#type: String,
        #[serde(rename = "x-id")]
        xid: u8,
        #[serde(rename = "1st")]
        first: bool,
        #[serde(rename = "na\"q")]
        weird: u8,
        #[serde(rename = "$ref")]
        reff: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "62",
            &[T {
                r#type: "t".into(),
                xid: 1,
                first: true,
                weird: 1,
                reff: "r".into(),
            }],
            &[r##"{"r#type":"t","x-id":1,"1st":true,"na\"q":1,"$ref":"r"}"##],
            &[
                r##"{"type":"t","x-id":1,"1st":true,"na\"q":1,"$ref":"r"}"##,
                r##"{"type":"t","xid":1,"1st":true,"na\"q":1,"$ref":"r"}"##,
            ],
        )
    }
}

/// Same type name in two modules.
pub mod c64 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c64", direction = "both")]
    pub struct T {
        x: a::Item,
        y: b::Item,
    }
    mod a {
        use super::*;
        #[model]
        pub struct Item {
            pub sku: String,
        }
    }
    mod b {
        use super::*;
        #[model]
        pub struct Item {
            pub n: u8,
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "64",
            &[T {
                x: a::Item { sku: "s".into() },
                y: b::Item { n: 1 },
            }],
            &[r##"{"x":{"n":1},"y":{"n":1}}"##],
            &[
                r##"{"x":{"sku":"s"},"y":{"n":1}}"##,
                r##"{"x":{"n":1},"y":{"n":1}}"##,
            ],
        )
    }
}

/// Integer-represented enum (serde_repr style through into/try_from).
pub mod c66 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c66", direction = "both")]
    #[derive(Clone, Copy)]
    #[serde(into = "u8", try_from = "u8")]
    pub enum T {
        Low = 1,
        High = 2,
    }
    impl From<T> for u8 {
        fn from(t: T) -> u8 {
            t as u8
        }
    }
    impl TryFrom<u8> for T {
        type Error = String;
        fn try_from(n: u8) -> Result<T, String> {
            match n {
                1 => Ok(T::Low),
                2 => Ok(T::High),
                _ => Err("bad".into()),
            }
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "66",
            &[T::Low, T::High],
            &[r##""Low""##],
            &[r##"1"##, r##""Low""##],
        )
    }
}

/// bytes as base64 string through serde(with) (policy type).
pub mod c67 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c67", direction = "both")]
    pub struct T {
        #[serde(with = "hexb")]
        #[event(wire = "String")]
        b: Vec<u8>,
    }
    mod hexb {
        use serde::*;
        pub fn serialize<S: Serializer>(v: &Vec<u8>, s: S) -> Result<S::Ok, S::Error> {
            s.serialize_str(&v.iter().map(|b| format!("{b:02x}")).collect::<String>())
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
            let s = String::deserialize(d)?;
            (0..s.len() / 2)
                .map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16))
                .collect::<Result<_, _>>()
                .map_err(de::Error::custom)
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "67",
            &[T { b: vec![1, 255] }],
            &[r##"{"b":[1]}"##],
            &[r##"{"b":"01ff"}"##, r##"{"b":[1]}"##],
        )
    }
}

/// Variants with and without fields in turn: schemars lists those without first, and each keeps its own limits.
pub mod c68 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c68", direction = "both")]
    #[serde(rename_all = "snake_case")]
    pub enum T {
        A(u8),
        B,
        C(i32),
        D,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "68",
            &[T::A(255), T::B, T::C(-1), T::D],
            &[r##"{"a":"1"}"##, r##"{"b":1}"##, r##""a""##],
            &[r##"{"a":1}"##, r##"{"a":null}"##, r##""b""##, r##""c""##],
        )
        .limits::<T>(&[
            r##"{"a":1.5}"##,
            r##"{"a":256}"##,
            r##"{"a":-1}"##,
            r##"{"c":-300}"##,
            r##"{"c":2147483648}"##,
        ])
    }
}

/// Tuples that serde writes or reads shorter than they are declared.
pub mod c69 {
    use super::prelude::*;

    #[event(channel = "shapes", name = "c69", direction = "both")]
    pub struct T {
        range: Range,
        step: Step,
        point: Point,
    }
    #[model]
    pub struct Range(
        u32,
        #[serde(default)] u32,
        #[serde(default, skip_serializing_if = "Option::is_none")] Option<String>,
    );
    #[model]
    pub enum Step {
        By(u32, #[serde(default)] Option<bool>),
        To(
            #[serde(skip)] u8,
            u32,
            #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
        ),
    }
    #[model]
    #[derive(Default)]
    #[serde(default)]
    pub struct Point(i32, #[serde(skip_deserializing)] String, Vec<i32>);

    pub(crate) fn case() -> Case {
        let value = |range, step| T {
            range,
            step,
            point: Point(1, "far".into(), vec![]),
        };
        Case::of::<T>(
            "69",
            &[
                value(Range(1, 2, None), Step::By(1, None)),
                value(Range(1, 2, Some("m".into())), Step::By(1, Some(true))),
                value(Range(0, 0, None), Step::To(0, 1, None)),
                value(Range(0, 0, None), Step::To(0, 1, Some(2))),
            ],
            &[
                r##"{"range":[1],"step":{"To":[1]},"point":[1,"far",[]]}"##,
                r##"{"range":[1,2,null],"step":{"To":[1]},"point":[1,"far",[]]}"##,
                r##"{"range":[1,2],"step":{"To":[1,null]},"point":[1,"far",[]]}"##,
                r##"{"range":[1,2],"step":{"By":[1]},"point":[1,"far",[]]}"##,
                r##"{"range":[1,2],"step":{"To":[1]},"point":[1,"far"]}"##,
            ],
            &[
                r##"{"range":[1],"step":{"By":[1]},"point":[]}"##,
                r##"{"range":[1,2],"step":{"By":[1,null]},"point":[1]}"##,
                r##"{"range":[1,2,null],"step":{"To":[1,null]},"point":[1,[2]]}"##,
                r##"{"range":[1,2,"m"],"step":{"To":[1,2]},"point":[1,[2]]}"##,
                r##"{"range":[],"step":{"By":[1]},"point":[]}"##,
                r##"{"range":[1,2,"m",3],"step":{"By":[1]},"point":[]}"##,
                r##"{"range":[1,null],"step":{"By":[1]},"point":[]}"##,
                r##"{"range":[1],"step":{"By":[]},"point":[]}"##,
                r##"{"range":[1],"step":{"To":[1]},"point":[]}"##,
                r##"{"range":[1],"step":{"By":[1]},"point":[1,"far",[2]]}"##,
            ],
        )
    }
}

/// Every case.
pub fn all() -> Vec<Case> {
    vec![
        c1::case(),
        c2::case(),
        c3::case(),
        c4::case(),
        c5::case(),
        c7::case(),
        c8::case(),
        c9::case(),
        c10::case(),
        c12::case(),
        c13::case(),
        c15::case(),
        c16::case(),
        c17::case(),
        c18::case(),
        c19::case(),
        c21::case(),
        c22::case(),
        c23::case(),
        c24::case(),
        c25::case(),
        c26::case(),
        c27::case(),
        c28::case(),
        c29::case(),
        c30::case(),
        c31::case(),
        c32::case(),
        c35::case(),
        c36::case(),
        c37::case(),
        c38::case(),
        c39::case(),
        c40::case(),
        c41::case(),
        c42::case(),
        c43::case(),
        c45::case(),
        c46::case(),
        c47::case(),
        c48::case(),
        c51::case(),
        c52::case(),
        c53::case(),
        c54::case(),
        c56::case(),
        c58::case(),
        c59::case(),
        c61::case(),
        c62::case(),
        c64::case(),
        c66::case(),
        c67::case(),
        c68::case(),
        c69::case(),
    ]
}
