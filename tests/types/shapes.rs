//! Further shapes of serde, found by trying to make the types lie: the kinds of the corpus, combined.
//!
//! serde itself says what is written and what is taken; the compilers say what fits.

#![allow(
    dead_code,
    deprecated,
    missing_debug_implementations,
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    unused_imports,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "shapes as users write them"
)]

use super::case::Case;

mod prelude {
    pub use std::collections::*;

    pub use pubsub_runtime::model;
    pub use serde::*;
    pub use serde_json::{Value, json};

    pub(crate) use crate::case::Case;
}

/// Internally tagged, every kind of variant, renamed three ways.
pub mod internal_every_kind {
    use super::prelude::*;

    #[model]
    #[serde(
        tag = "kind",
        rename_all = "kebab-case",
        rename_all_fields = "SCREAMING_SNAKE_CASE"
    )]
    pub enum T {
        UnitOne,
        WithFields {
            some_field: u8,
            other: Option<String>,
        },
        Holds(Inner),
        #[serde(rename = "x!")]
        Odd {
            a: bool,
        },
        Nothing(()),
        Empty {},
    }
    #[model]
    #[serde(rename_all = "camelCase")]
    pub struct Inner {
        deep_value: i32,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "internal-every-kind",
            &[
                T::UnitOne,
                T::WithFields {
                    some_field: 1,
                    other: None,
                },
                T::Holds(Inner { deep_value: 1 }),
                T::Odd { a: true },
                T::Nothing(()),
                T::Empty {},
            ],
            &[
                r##"{"kind":"unit_one"}"##,
                r##"{"kind":"with-fields","SOME_FIELD":1}"##,
                r##"{"kind":"holds","deep_value":1}"##,
            ],
            &[
                r##"{"kind":"unit-one"}"##,
                r##"{"kind":"with-fields","SOME_FIELD":1}"##,
                r##"{"kind":"with-fields"}"##,
                r##"{"kind":"holds","deepValue":2}"##,
                r##"{"kind":"x!","A":true}"##,
                r##"{"kind":"Odd","A":true}"##,
                r##"{"kind":"nothing"}"##,
                r##"{"kind":"empty"}"##,
                r##"{}"##,
            ],
        )
    }
}

/// Variants that are written and read under different names.
pub mod internal_two_directions {
    use super::prelude::*;

    #[model]
    #[serde(
        tag = "t",
        rename_all(serialize = "UPPERCASE", deserialize = "lowercase")
    )]
    pub enum T {
        Open,
        Shut { at: u8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "internal-two-directions",
            &[T::Open, T::Shut { at: 1 }],
            &[r##"{"t":"open"}"##],
            &[
                r##"{"t":"open"}"##,
                r##"{"t":"OPEN"}"##,
                r##"{"t":"shut","at":1}"##,
            ],
        )
    }
}

/// Adjacently tagged inside a list, a map and an option.
pub mod adjacent_within {
    use super::prelude::*;

    #[model]
    pub struct T {
        list: Vec<E>,
        by: BTreeMap<String, E>,
        one: Option<E>,
    }
    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum E {
        Unit,
        New(u8),
        Pair(u8, bool),
        Named { a: u8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "adjacent-within",
            &[
                T {
                    list: vec![E::Unit, E::New(1)],
                    by: [("k".to_owned(), E::Pair(1, true))].into(),
                    one: Some(E::Named { a: 1 }),
                },
                T {
                    list: vec![],
                    by: [].into(),
                    one: None,
                },
            ],
            &[
                r##"{"list":[{"t":"New"}],"by":{},"one":null}"##,
                r##"{"list":[],"by":{"k":{"t":"Pair","c":[1]}},"one":null}"##,
                r##"{"list":[],"by":{}}"##,
            ],
            &[
                r##"{"list":[],"by":{}}"##,
                r##"{"list":[{"t":"Unit"}],"by":{"a":{"t":"New","c":2}},"one":{"t":"Named","c":{"a":1}}}"##,
                r##"{"list":[{"t":"Named"}],"by":{}}"##,
            ],
        )
    }
}

/// Adjacently tagged around an option: what is null may be missing when it is read.
pub mod adjacent_optional_content {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum T {
        Maybe(Option<u8>),
        Pair(Option<u8>, u8),
        Fields { a: Option<u8> },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "adjacent-optional-content",
            &[
                T::Maybe(None),
                T::Maybe(Some(1)),
                T::Pair(None, 1),
                T::Fields { a: None },
            ],
            &[r##"{"t":"Maybe"}"##, r##"{"t":"Fields","c":{}}"##],
            &[
                r##"{"t":"Maybe"}"##,
                r##"{"t":"Maybe","c":null}"##,
                r##"{"t":"Maybe","c":1}"##,
                r##"{"t":"Maybe","c":"x"}"##,
                r##"{"t":"Pair"}"##,
                r##"{"t":"Pair","c":[null,1]}"##,
                r##"{"t":"Fields","c":{}}"##,
                r##"{"t":"Fields"}"##,
            ],
        )
    }
}

/// Adjacently tagged, unknown fields refused.
pub mod adjacent_closed {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t", content = "c", deny_unknown_fields)]
    pub enum T {
        A { x: u8 },
        B(String),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "adjacent-closed",
            &[T::A { x: 1 }, T::B("b".into())],
            &[r##"{"t":"A"}"##],
            &[
                r##"{"t":"A","c":{"x":1}}"##,
                r##"{"t":"B","c":"x"}"##,
                r##"{"t":"B","c":"x","z":1}"##,
                r##"{"t":"A","c":{"x":1,"z":1}}"##,
            ],
        )
    }
}

/// Externally tagged, words and objects in one order.
pub mod external_mixed {
    use super::prelude::*;

    #[model]
    pub enum T {
        First {
            a: u8,
        },
        Second,
        Third(u8),
        /// It is the fourth.
        Fourth,
        Fifth,
        Sixth(u8, String),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "external-mixed",
            &[
                T::First { a: 1 },
                T::Second,
                T::Third(1),
                T::Fourth,
                T::Fifth,
                T::Sixth(1, "x".into()),
            ],
            &[
                r##""First""##,
                r##""second""##,
                r##"{"Third":"x"}"##,
                r##"{"Second":1}"##,
            ],
            &[
                r##""Second""##,
                r##""Fourth""##,
                r##""Fifth""##,
                r##"{"Third":1}"##,
                r##""Third""##,
                r##"{"Sixth":[1,"a"]}"##,
                r##"{"Sixth":[1]}"##,
                r##"{"First":{}}"##,
            ],
        )
    }
}

/// Externally tagged around an option.
pub mod external_option {
    use super::prelude::*;

    #[model]
    pub enum T {
        A(Option<u8>),
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "external-option",
            &[T::A(None), T::A(Some(1)), T::B],
            &[r##"{"A":"x"}"##, r##"{}"##],
            &[
                r##"{"A":null}"##,
                r##"{"A":1}"##,
                r##""B""##,
                r##"{}"##,
                r##""C""##,
            ],
        )
    }
}

/// Names of variants that are no identifiers, and that differ by direction.
pub mod external_renamed {
    use super::prelude::*;

    #[model]
    pub enum T {
        #[serde(rename = "a b")]
        Space,
        #[serde(rename = "it's \\ `x` ${y}")]
        Quote(u8),
        #[serde(rename = "\u{fc}\u{2028}")]
        Letter,
        #[serde(rename(serialize = "out", deserialize = "in"))]
        Both,
        #[serde(rename = "1")]
        Digit,
        #[serde(rename = "*/")]
        End,
        #[serde(rename = "")]
        Empty,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "external-renamed",
            &[
                T::Space,
                T::Quote(1),
                T::Letter,
                T::Both,
                T::Digit,
                T::End,
                T::Empty,
            ],
            &[r##""Space""##, r##""in""##],
            &[
                r##""a b""##,
                r##""in""##,
                r##""out""##,
                r##""1""##,
                r##""*/""##,
                r##""""##,
                r##"{"it's \\ `x` ${y}":1}"##,
            ],
        )
    }
}

/// Untagged, every kind.
pub mod untagged_every_kind {
    use super::prelude::*;

    #[model]
    #[serde(untagged)]
    pub enum T {
        Id(u32),
        Name(String),
        Full { id: u32, name: String },
        Pair(u32, String),
        Flag(bool),
        Nil,
        List(Vec<String>),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "untagged-every-kind",
            &[
                T::Id(1),
                T::Name("n".into()),
                T::Full {
                    id: 1,
                    name: "n".into(),
                },
                T::Pair(1, "x".into()),
                T::Flag(true),
                T::Nil,
                T::List(vec!["a".into()]),
            ],
            &[r##"{"id":1}"##, r##"[1]"##, r##"{}"##],
            &[
                r##"1"##,
                r##""a""##,
                r##"{"id":1,"name":"x"}"##,
                r##"[1,"x"]"##,
                r##"true"##,
                r##"null"##,
                r##"["a","b"]"##,
                r##"{"id":1}"##,
                r##"[true]"##,
            ],
        )
    }
}

/// Untagged inside an option, a list and a map.
pub mod untagged_within {
    use super::prelude::*;

    #[model]
    pub struct T {
        v: Option<U>,
        l: Vec<U>,
        m: HashMap<String, U>,
    }
    #[model]
    #[serde(untagged)]
    pub enum U {
        N(i32),
        S(String),
        O { k: U2 },
    }
    #[model]
    #[serde(untagged)]
    pub enum U2 {
        A { a: u8 },
        B { b: u8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "untagged-within",
            &[T {
                v: None,
                l: vec![U::N(1), U::S("s".into())],
                m: [("k".to_owned(), U::O { k: U2::B { b: 1 } })].into(),
            }],
            &[r##"{"v":true,"l":[],"m":{}}"##, r##"{"l":[],"m":{}}"##],
            &[
                r##"{"l":[1,"x",{"k":{"a":1}}],"m":{}}"##,
                r##"{"v":null,"l":[],"m":{}}"##,
                r##"{"l":[null],"m":{}}"##,
                r##"{"l":[{"k":{}}],"m":{}}"##,
            ],
        )
    }
}

/// An untagged variant in an internally tagged enum.
pub mod untagged_variant_inside {
    use super::prelude::*;

    #[model]
    #[serde(tag = "type")]
    pub enum T {
        A {
            a: u8,
        },
        #[serde(untagged)]
        Other(BTreeMap<String, String>),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "untagged-variant-inside",
            &[
                T::A { a: 1 },
                T::Other([("k".to_owned(), "v".to_owned())].into()),
            ],
            &[r##"{"type":"A","a":"x","b":1}"##, r##"{"k":1}"##],
            &[r##"{"type":"A","a":1}"##, r##"{"x":"y"}"##, r##"{"x":1}"##],
        )
    }
}

/// An untagged variant in an externally tagged enum.
pub mod untagged_variant_outside {
    use super::prelude::*;

    #[model]
    pub enum T {
        Known,
        Other(u8),
        #[serde(untagged)]
        Text(String),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "untagged-variant-outside",
            &[T::Known, T::Other(1), T::Text("t".into())],
            &[r##"1"##, r##"{"Known":1}"##],
            &[
                r##""Known""##,
                r##""anything""##,
                r##"{"Other":1}"##,
                r##"1"##,
            ],
        )
    }
}

/// A tree of internally tagged variants.
pub mod recursive_enum {
    use super::prelude::*;

    #[model]
    #[serde(tag = "op", rename_all = "lowercase")]
    pub enum T {
        Leaf { v: i32 },
        Add { l: Box<T>, r: Box<T> },
        All { of: Vec<T> },
        By { name: BTreeMap<String, T> },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "recursive-enum",
            &[
                T::Leaf { v: 1 },
                T::Add {
                    l: Box::new(T::Leaf { v: 1 }),
                    r: Box::new(T::All { of: vec![] }),
                },
                T::By { name: [].into() },
            ],
            &[r##"{"op":"add","l":{"op":"leaf","v":1}}"##],
            &[
                r##"{"op":"leaf","v":1}"##,
                r##"{"op":"all","of":[{"op":"leaf","v":1}]}"##,
                r##"{"op":"all","of":[{"op":"leaf"}]}"##,
            ],
        )
    }
}

/// Two types that hold each other, of which one differs by direction.
pub mod mutual_recursion {
    use super::prelude::*;

    #[model]
    pub struct T {
        b: Option<Box<B>>,
        name: String,
    }
    #[model]
    pub struct B {
        t: Vec<T>,
        #[serde(default)]
        n: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "mutual-recursion",
            &[
                T {
                    b: None,
                    name: "n".into(),
                },
                T {
                    b: Some(Box::new(B { t: vec![], n: 1 })),
                    name: "n".into(),
                },
            ],
            &[r##"{"b":{"t":[]},"name":"n"}"##, r##"{"name":"n"}"##],
            &[
                r##"{"name":"n"}"##,
                r##"{"b":{"t":[{"name":"x"}]},"name":"n"}"##,
                r##"{"b":{"n":1},"name":"n"}"##,
            ],
        )
    }
}

/// A rule for all fields, names of their own, and odd identifiers.
pub mod rename_everywhere {
    use super::prelude::*;

    #[model]
    #[serde(rename_all = "camelCase")]
    pub struct T {
        r#type: u8,
        order_id: u8,
        _private: u8,
        x2_y: u8,
        #[serde(rename = "Own_Name")]
        named: u8,
        #[serde(rename(deserialize = "readAs"))]
        read: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "rename-everywhere",
            &[T {
                r#type: 1,
                order_id: 1,
                _private: 1,
                x2_y: 1,
                named: 1,
                read: 1,
            }],
            &[r##"{"type":1,"order_id":1,"private":1,"x2Y":1,"Own_Name":1,"read":1}"##],
            &[
                r##"{"type":1,"orderId":1,"private":1,"x2Y":1,"Own_Name":1,"readAs":1}"##,
                r##"{"type":1,"orderId":1,"private":1,"x2Y":1,"Own_Name":1,"read":1}"##,
            ],
        )
    }
}

/// Rules on the enum, on its fields and on one variant.
pub mod rename_in_variants {
    use super::prelude::*;

    #[model]
    #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum T {
        HTTPServer {
            local_port: u16,
        },
        #[serde(rename_all = "UPPERCASE")]
        OwnRule {
            local_port: u16,
        },
        #[serde(rename_all(serialize = "kebab-case"))]
        OneWay {
            local_port: u16,
        },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "rename-in-variants",
            &[
                T::HTTPServer { local_port: 1 },
                T::OwnRule { local_port: 1 },
                T::OneWay { local_port: 1 },
            ],
            &[r##"{"HTTPServer":{"localPort":1}}"##],
            &[
                r##"{"h_t_t_p_server":{"localPort":1}}"##,
                r##"{"own_rule":{"LOCAL_PORT":1}}"##,
                r##"{"one_way":{"localPort":1}}"##,
                r##"{"one_way":{"local-port":1}}"##,
                r##"{"own_rule":{"localPort":1}}"##,
            ],
        )
    }
}

/// Variants that are only written, only read, or neither.
pub mod skipped_variants {
    use super::prelude::*;

    #[model]
    pub enum T {
        A,
        #[serde(skip)]
        B,
        #[serde(skip_serializing)]
        C {
            c: u8,
        },
        #[serde(skip_deserializing)]
        D(u8),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "skipped-variants",
            &[T::A, T::D(1)],
            &[r##""B""##, r##"{"C":{"c":1}}"##],
            &[r##""A""##, r##"{"C":{"c":1}}"##, r##"{"D":1}"##, r##""B""##],
        )
    }
}

/// Fields left out, with and without something to stand for them.
pub mod skipped_fields {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: u8,
        #[serde(skip)]
        b: u8,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        c: Vec<u8>,
        #[serde(default, skip_serializing)]
        d: u8,
        #[serde(skip_deserializing, default = "four")]
        e: u8,
    }
    fn four() -> u8 {
        4
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "skipped-fields",
            &[
                T {
                    a: 1,
                    b: 1,
                    c: vec![],
                    d: 1,
                    e: 1,
                },
                T {
                    a: 1,
                    b: 1,
                    c: vec![1],
                    d: 1,
                    e: 1,
                },
            ],
            &[
                r##"{"a":1,"b":1,"e":1}"##,
                r##"{"a":1,"c":null,"e":1}"##,
                r##"{"a":1}"##,
            ],
            &[
                r##"{"a":1,"c":[]}"##,
                r##"{"a":1}"##,
                r##"{"a":1,"c":[],"d":1}"##,
            ],
        )
    }
}

/// Everything has a default, and some is left out.
pub mod container_default {
    use super::prelude::*;

    #[model]
    #[serde(default)]
    #[derive(Default)]
    pub struct T {
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        tags: Vec<String>,
        #[serde(skip_serializing_if = "String::is_empty")]
        name: String,
        inner: Inner,
    }
    #[model]
    #[serde(default)]
    #[derive(Default)]
    pub struct Inner {
        n: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "container-default",
            &[
                T::default(),
                T {
                    note: Some("n".into()),
                    tags: vec![],
                    name: "x".into(),
                    inner: Inner { n: 1 },
                },
            ],
            &[
                r##"{"note":null,"tags":[],"inner":{"n":0}}"##,
                r##"{"tags":[],"inner":{}}"##,
            ],
            &[
                r##"{}"##,
                r##"{"note":null}"##,
                r##"{"inner":{}}"##,
                r##"{"inner":null}"##,
                r##"{"name":1}"##,
            ],
        )
    }
}

/// Around an option: transparent is one, a new type is not.
pub mod transparent_option {
    use super::prelude::*;

    #[model]
    pub struct T {
        n: N,
        m: M,
        f: F,
    }
    #[model]
    #[serde(transparent)]
    pub struct N(Option<u8>);
    #[model]
    pub struct M(Option<u8>);
    #[model]
    #[serde(from = "Option<u8>", into = "Option<u8>")]
    #[derive(Clone)]
    pub struct F(u8);
    impl From<Option<u8>> for F {
        fn from(v: Option<u8>) -> F {
            F(v.unwrap_or(0))
        }
    }
    impl From<F> for Option<u8> {
        fn from(f: F) -> Self {
            Some(f.0)
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "transparent-option",
            &[
                T {
                    n: N(None),
                    m: M(None),
                    f: F(1),
                },
                T {
                    n: N(Some(1)),
                    m: M(Some(1)),
                    f: F(1),
                },
            ],
            &[r##"{"n":null,"f":1}"##, r##"{"m":1,"f":1}"##],
            &[
                r##"{"m":1}"##,
                r##"{"m":null,"n":null,"f":null}"##,
                r##"{"n":1}"##,
                r##"{"m":1,"n":2,"f":3}"##,
            ],
        )
    }
}

/// Transparent beside something that is not there.
pub mod transparent_with_skip {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: Id<u8>,
    }
    #[model]
    #[serde(transparent)]
    pub struct Id<X> {
        id: String,
        #[serde(skip)]
        of: std::marker::PhantomData<X>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "transparent-with-skip",
            &[T {
                id: Id {
                    id: "a".into(),
                    of: Default::default(),
                },
            }],
            &[r##"{"id":{"id":"a"}}"##],
            &[r##"{"id":"x"}"##, r##"{"id":1}"##, r##"{"id":{"id":"x"}}"##],
        )
    }
}

/// Read from text and written as text.
pub mod through_text {
    use super::prelude::*;

    #[model]
    pub struct T {
        at: Point,
        many: Vec<Point>,
    }
    #[model]
    #[serde(try_from = "String", into = "String")]
    #[derive(Clone)]
    pub struct Point {
        x: i8,
        y: i8,
    }
    impl TryFrom<String> for Point {
        type Error = String;
        fn try_from(s: String) -> Result<Self, String> {
            let (x, y) = s.split_once(',').ok_or("no comma")?;
            Ok(Self {
                x: x.parse().map_err(|_| "x")?,
                y: y.parse().map_err(|_| "y")?,
            })
        }
    }
    impl From<Point> for String {
        fn from(p: Point) -> String {
            format!("{},{}", p.x, p.y)
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "through-text",
            &[T {
                at: Point { x: 1, y: 2 },
                many: vec![],
            }],
            &[r##"{"at":{"x":1,"y":2},"many":[]}"##],
            &[
                r##"{"at":"1,2","many":["3,4"]}"##,
                r##"{"at":{"x":1,"y":2},"many":[]}"##,
            ],
        )
    }
}

/// Read as one type, written as itself.
pub mod read_through_another {
    use super::prelude::*;

    #[model]
    #[serde(from = "In")]
    pub struct T {
        a: u8,
        z: u8,
    }
    #[model]
    pub struct In {
        b: Option<u8>,
    }
    impl From<In> for T {
        fn from(i: In) -> T {
            T {
                a: i.b.unwrap_or(1),
                z: 0,
            }
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "read-through-another",
            &[T { a: 1, z: 1 }],
            &[r##"{"b":1}"##],
            &[r##"{"b":1}"##, r##"{}"##, r##"{"a":"x","b":"x"}"##],
        )
    }
}

/// Written as one type, read as itself.
pub mod written_through_another {
    use super::prelude::*;

    #[model]
    #[serde(into = "Out")]
    #[derive(Clone)]
    pub struct T {
        a: u8,
    }
    #[model]
    #[serde(tag = "k")]
    pub enum Out {
        Big { n: u8 },
        Small,
    }
    impl From<T> for Out {
        fn from(t: T) -> Out {
            if t.a > 9 {
                Out::Big { n: t.a }
            } else {
                Out::Small
            }
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "written-through-another",
            &[T { a: 1 }, T { a: 10 }],
            &[r##"{"a":1}"##, r##"{"k":"Big"}"##],
            &[r##"{"a":1}"##, r##"{"k":"Small"}"##],
        )
    }
}

/// A flattened map whose keys are words.
pub mod flatten_map_by_word {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        m: BTreeMap<Color, u8>,
    }
    #[model]
    #[serde(rename_all = "lowercase")]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Color {
        /// Stop.
        Red,
        Green,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-map-by-word",
            &[
                T {
                    id: 1,
                    m: [(Color::Red, 1)].into(),
                },
                T {
                    id: 1,
                    m: [].into(),
                },
            ],
            &[r##"{"red":1}"##, r##"{"id":1,"red":"x"}"##],
            &[
                r##"{"id":1}"##,
                r##"{"id":1,"red":1}"##,
                r##"{"id":1,"red":"x"}"##,
            ],
        )
    }
}

/// A flattened enum that is tagged outside.
pub mod flatten_external {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        e: E,
    }
    #[model]
    #[serde(rename_all = "camelCase")]
    pub enum E {
        Nothing,
        OneNumber(u8),
        St { a: u8 },
        Pair(u8, u8),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-external",
            &[
                T {
                    id: 1,
                    e: E::Nothing,
                },
                T {
                    id: 1,
                    e: E::OneNumber(2),
                },
                T {
                    id: 1,
                    e: E::St { a: 1 },
                },
                T {
                    id: 1,
                    e: E::Pair(1, 2),
                },
            ],
            &[
                r##"{"id":1}"##,
                r##"{"id":1,"oneNumber":"x"}"##,
                r##"{"id":1,"e":"nothing"}"##,
            ],
            &[
                r##"{"id":1,"nothing":null}"##,
                r##"{"id":1,"oneNumber":1}"##,
                r##"{"id":1,"st":{"a":1}}"##,
                r##"{"id":1}"##,
                r##"{"id":1,"st":{}}"##,
            ],
        )
    }
}

/// A flattened enum of words only.
pub mod flatten_words {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        e: E,
    }
    #[model]
    pub enum E {
        On,
        Off,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-words",
            &[T { id: 1, e: E::On }, T { id: 1, e: E::Off }],
            &[r##"{"id":1}"##, r##"{"id":1,"On":1}"##],
            &[r##"{"id":1,"On":null}"##, r##"{"id":1}"##],
        )
    }
}

/// A flattened enum that is tagged beside its content.
pub mod flatten_adjacent {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        e: E,
    }
    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum E {
        U,
        N(u8),
        S { a: u8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-adjacent",
            &[
                T { id: 1, e: E::U },
                T { id: 1, e: E::N(2) },
                T {
                    id: 1,
                    e: E::S { a: 1 },
                },
            ],
            &[r##"{"id":1}"##, r##"{"id":1,"t":"N"}"##],
            &[
                r##"{"id":1,"t":"U"}"##,
                r##"{"id":1,"t":"N","c":1}"##,
                r##"{"id":1,"t":"S"}"##,
                r##"{"id":1}"##,
            ],
        )
    }
}

/// A flattened enum without tags.
pub mod flatten_untagged {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        e: E,
    }
    #[model]
    #[serde(untagged)]
    pub enum E {
        P { x: u8, y: u8 },
        Q(Named),
    }
    #[model]
    pub struct Named {
        name: String,
        #[serde(default)]
        rank: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-untagged",
            &[
                T {
                    id: 1,
                    e: E::P { x: 1, y: 2 },
                },
                T {
                    id: 1,
                    e: E::Q(Named {
                        name: "n".into(),
                        rank: 1,
                    }),
                },
            ],
            &[
                r##"{"id":1}"##,
                r##"{"id":1,"x":1}"##,
                r##"{"id":1,"name":"n"}"##,
            ],
            &[
                r##"{"id":1,"x":1,"y":2}"##,
                r##"{"id":1,"name":"n"}"##,
                r##"{"id":1}"##,
            ],
        )
    }
}

/// A flattened parameter that is an enum.
pub mod flatten_generic_enum {
    use super::prelude::*;

    #[model]
    pub struct T {
        w: With<Kind>,
        v: With<More>,
    }
    #[model]
    pub struct With<X> {
        id: u8,
        #[serde(flatten)]
        x: X,
    }
    #[model]
    #[serde(tag = "kind")]
    pub enum Kind {
        A { a: u8 },
        B,
    }
    #[model]
    pub struct More {
        m: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-generic-enum",
            &[
                T {
                    w: With {
                        id: 1,
                        x: Kind::A { a: 1 },
                    },
                    v: With {
                        id: 1,
                        x: More { m: "m".into() },
                    },
                },
                T {
                    w: With { id: 1, x: Kind::B },
                    v: With {
                        id: 1,
                        x: More { m: "m".into() },
                    },
                },
            ],
            &[r##"{"w":{"id":1},"v":{"id":1,"m":"m"}}"##],
            &[
                r##"{"w":{"id":1,"kind":"B"},"v":{"id":1,"m":"m"}}"##,
                r##"{"w":{"id":1,"kind":"A"},"v":{"id":1,"m":"m"}}"##,
            ],
        )
    }
}

/// Flattened through three levels, the last of them an enum.
pub mod flatten_levels {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: u8,
        #[serde(flatten)]
        b: B,
    }
    #[model]
    pub struct B {
        b: u8,
        #[serde(flatten)]
        c: C,
    }
    #[model]
    pub struct C {
        #[serde(default)]
        c: u8,
        #[serde(flatten)]
        e: E,
    }
    #[model]
    #[serde(tag = "e")]
    pub enum E {
        X { x: u8 },
        Y,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-levels",
            &[
                T {
                    a: 1,
                    b: B {
                        b: 1,
                        c: C {
                            c: 1,
                            e: E::X { x: 1 },
                        },
                    },
                },
                T {
                    a: 1,
                    b: B {
                        b: 1,
                        c: C { c: 1, e: E::Y },
                    },
                },
            ],
            &[
                r##"{"a":1,"b":1,"e":"Y"}"##,
                r##"{"a":1,"b":1,"c":1,"e":"X"}"##,
            ],
            &[
                r##"{"a":1,"b":1,"e":"Y"}"##,
                r##"{"a":1,"b":1,"c":1,"e":"X","x":1}"##,
                r##"{"a":1,"b":1}"##,
            ],
        )
    }
}

/// Two flattened enums with tags of their own.
pub mod flatten_two_enums {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(flatten)]
        a: A,
        #[serde(flatten)]
        b: B,
    }
    #[model]
    #[serde(tag = "a")]
    pub enum A {
        One { x: u8 },
        Two,
    }
    #[model]
    #[serde(tag = "b")]
    pub enum B {
        Three,
        Four { y: u8 },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-two-enums",
            &[
                T {
                    a: A::One { x: 1 },
                    b: B::Three,
                },
                T {
                    a: A::Two,
                    b: B::Four { y: 1 },
                },
            ],
            &[r##"{"a":"One","x":1}"##, r##"{"a":"Two","b":"Four"}"##],
            &[
                r##"{"a":"Two","b":"Three"}"##,
                r##"{"a":"One","b":"Three"}"##,
                r##"{"a":"Two","b":"Four","y":1}"##,
            ],
        )
    }
}

/// A flattened option whose members may themselves be missing.
pub mod flatten_option_with_default {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        at: Option<Pt>,
        z: u8,
    }
    #[model]
    pub struct Pt {
        x: i8,
        #[serde(default)]
        y: Option<i8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        w: Option<i8>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-option-with-default",
            &[
                T {
                    id: 1,
                    at: None,
                    z: 1,
                },
                T {
                    id: 1,
                    at: Some(Pt {
                        x: 1,
                        y: None,
                        w: None,
                    }),
                    z: 1,
                },
                T {
                    id: 1,
                    at: Some(Pt {
                        x: 1,
                        y: Some(1),
                        w: Some(1),
                    }),
                    z: 1,
                },
            ],
            &[r##"{"id":1,"x":1,"z":1}"##, r##"{"id":1,"w":1,"z":1}"##],
            &[
                r##"{"id":1,"z":1}"##,
                r##"{"id":1,"z":1,"x":1}"##,
                r##"{"id":1}"##,
            ],
        )
    }
}

/// A flattened option beside a flattened map.
pub mod flatten_option_beside_map {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        at: Option<Pt>,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }
    #[model]
    pub struct Pt {
        x: i8,
        y: i8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-option-beside-map",
            &[
                T {
                    id: 1,
                    at: None,
                    rest: [("k".to_owned(), true)].into(),
                },
                T {
                    id: 1,
                    at: Some(Pt { x: 1, y: 2 }),
                    rest: [].into(),
                },
            ],
            &[r##"{"id":1,"k":"x"}"##, r##"{"id":1,"x":1}"##],
            &[
                r##"{"id":1,"k":true}"##,
                r##"{"id":1,"x":1,"y":2,"k":true}"##,
                r##"{"id":1,"k":"x"}"##,
            ],
        )
    }
}

/// A flattened option that is left out by a condition.
pub mod flatten_left_out {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        at: Option<Pt>,
    }
    #[model]
    pub struct Pt {
        x: i8,
        y: i8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-left-out",
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

/// Flattened inside a variant.
pub mod flatten_in_variant {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t")]
    pub enum T {
        A {
            id: u8,
            #[serde(flatten)]
            m: Meta,
        },
        B,
    }
    #[model]
    pub struct Meta {
        by: String,
        #[serde(default)]
        rev: u32,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-in-variant",
            &[
                T::A {
                    id: 1,
                    m: Meta {
                        by: "b".into(),
                        rev: 1,
                    },
                },
                T::B,
            ],
            &[r##"{"t":"A","id":1,"by":"b"}"##],
            &[
                r##"{"t":"A","id":1,"by":"b"}"##,
                r##"{"t":"A","id":1}"##,
                r##"{"t":"B"}"##,
            ],
        )
    }
}

/// Flattened inside a variant that is tagged outside.
pub mod flatten_in_outside_variant {
    use super::prelude::*;

    #[model]
    pub enum T {
        Zed {
            z: u8,
            #[serde(flatten)]
            m: Meta,
            a: u8,
        },
        B,
    }
    #[model]
    pub struct Meta {
        by: String,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-in-outside-variant",
            &[
                T::Zed {
                    z: 1,
                    m: Meta { by: "b".into() },
                    a: 1,
                },
                T::B,
            ],
            &[r##"{"Zed":{"z":1,"a":1}}"##],
            &[
                r##"{"Zed":{"z":1,"a":1,"by":"x"}}"##,
                r##"{"Zed":{"z":1,"a":1}}"##,
                r##""B""##,
            ],
        )
    }
}

/// Unknown fields are refused beside what is flattened.
pub mod flatten_closed {
    use super::prelude::*;

    #[model]
    #[serde(deny_unknown_fields)]
    pub struct T {
        a: u8,
        #[serde(flatten)]
        b: B,
    }
    #[model]
    pub struct B {
        b: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-closed",
            &[T {
                a: 1,
                b: B { b: 1 },
            }],
            &[r##"{"a":1}"##],
            &[
                r##"{"a":1,"b":1}"##,
                r##"{"a":1,"b":1,"z":1}"##,
                r##"{"a":1}"##,
            ],
        )
    }
}

/// What is flattened refuses unknown fields for itself.
pub mod flatten_closed_inner {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: u8,
        #[serde(flatten)]
        b: B,
    }
    #[model]
    #[serde(deny_unknown_fields)]
    pub struct B {
        b: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-closed-inner",
            &[T {
                a: 1,
                b: B { b: 1 },
            }],
            &[r##"{"b":1}"##],
            &[r##"{"a":1,"b":1}"##, r##"{"a":1}"##],
        )
    }
}

/// Any JSON beside a flattened enum.
pub mod flatten_any {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        kind: Kind,
        #[serde(flatten)]
        rest: serde_json::Map<String, Value>,
    }
    #[model]
    #[serde(tag = "kind")]
    pub enum Kind {
        A { a: u8 },
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-any",
            &[T {
                id: 1,
                kind: Kind::B,
                rest: json!({"k":[1]}).as_object().unwrap().clone(),
            }],
            &[r##"{"id":1}"##, r##"{"kind":"B"}"##],
            &[
                r##"{"id":1,"kind":"B","x":[1,null]}"##,
                r##"{"id":1,"kind":"A"}"##,
                r##"{"id":1}"##,
            ],
        )
    }
}

/// Flattened behind a box, a new type and a unit.
pub mod flatten_boxed {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        b: Box<B>,
        #[serde(flatten)]
        n: N,
        #[serde(flatten)]
        u: (),
    }
    #[model]
    pub struct B {
        b: u8,
    }
    #[model]
    pub struct N(C);
    #[model]
    pub struct C {
        c: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-boxed",
            &[T {
                id: 1,
                b: Box::new(B { b: 1 }),
                n: N(C { c: 1 }),
                u: (),
            }],
            &[r##"{"id":1,"b":1}"##],
            &[r##"{"id":1,"b":1,"c":1}"##, r##"{"id":1,"c":1}"##],
        )
    }
}

/// A flattened field whose own name is the name of another on the wire.
pub mod flatten_name_taken {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(rename = "meta")]
        id: u8,
        #[serde(flatten)]
        meta: B,
    }
    #[model]
    pub struct B {
        b: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flatten-name-taken",
            &[T {
                id: 1,
                meta: B { b: 1 },
            }],
            &[r##"{"meta":1}"##],
            &[r##"{"meta":1,"b":1}"##, r##"{"b":1}"##],
        )
    }
}

/// Arrays of everything.
pub mod arrays {
    use super::prelude::*;

    #[model]
    pub struct T {
        grid: [[u8; 2]; 3],
        maybe: [Option<u8>; 2],
        kinds: [K; 2],
        none: [u8; 0],
        pair: (u8,),
        deep: Vec<[(u8, String); 1]>,
    }
    #[model]
    pub enum K {
        A,
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "arrays",
            &[T {
                grid: [[1, 2]; 3],
                maybe: [None, Some(1)],
                kinds: [K::A, K::B],
                none: [],
                pair: (1,),
                deep: vec![[(1, "x".into())]],
            }],
            &[
                r##"{"grid":[[1,2],[1,2]],"maybe":[null,1],"kinds":["A","B"],"none":[],"pair":[1],"deep":[]}"##,
                r##"{"grid":[[1,2],[1,2],[1,2]],"maybe":[null,1],"kinds":["A"],"none":[],"pair":[1],"deep":[]}"##,
            ],
            &[
                r##"{"grid":[[1,2],[1,2],[1,2]],"maybe":[null,null],"kinds":["A","B"],"none":[],"pair":[1],"deep":[[[1,"x"]]]}"##,
                r##"{"grid":[[1,2],[1,2],[1,2]],"maybe":[null,null],"kinds":["A","C"],"none":[],"pair":[1],"deep":[]}"##,
                r##"{"grid":[[1,2],[1,2],[1,2]],"maybe":[null,null],"kinds":["A","B"],"none":[1],"pair":[1],"deep":[]}"##,
            ],
        )
    }
}

/// Maps by everything that JSON can hold as a key.
pub mod keys {
    use super::prelude::*;

    #[model]
    pub struct T {
        i: BTreeMap<i64, u8>,
        b: BTreeMap<bool, u8>,
        c: BTreeMap<char, u8>,
        n: BTreeMap<Id, u8>,
        nn: HashMap<Num, u8>,
        e: BTreeMap<Color, u8>,
        u: BTreeMap<uuid::Uuid, u8>,
        o: Option<BTreeMap<Color, Vec<u8>>>,
        v: Vec<BTreeMap<Num, BTreeMap<Color, u8>>>,
    }
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub struct Id(String);
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Num(u32);
    #[model]
    #[serde(rename_all = "lowercase")]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Color {
        /// Stop.
        Red,
        Green,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "keys",
            &[T {
                i: [(-1, 1)].into(),
                b: [(true, 1)].into(),
                c: [('x', 1)].into(),
                n: [(Id("i".into()), 1)].into(),
                nn: [(Num(1), 1)].into(),
                e: [(Color::Red, 1)].into(),
                u: [(uuid::Uuid::nil(), 1)].into(),
                o: Some([(Color::Green, vec![1])].into()),
                v: vec![[(Num(1), [(Color::Red, 1)].into())].into()],
            }],
            &[
                r##"{"i":{},"b":{"x":1},"c":{},"n":{},"nn":{},"e":{},"u":{},"o":null,"v":[]}"##,
                r##"{"i":{},"b":{},"c":{},"n":{},"nn":{"x":1},"e":{},"u":{},"o":null,"v":[]}"##,
                r##"{"i":{},"b":{},"c":{},"n":{},"nn":{},"e":{"blue":1},"u":{},"o":null,"v":[]}"##,
                r##"{"i":{},"b":{},"c":{},"n":{},"nn":{},"e":{},"u":{},"o":{"blue":[]},"v":[]}"##,
                r##"{"i":{},"b":{},"c":{},"n":{},"nn":{},"e":{},"u":{},"o":null,"v":[{"1":{"blue":1}}]}"##,
            ],
            &[
                r##"{"i":{"-5":1},"b":{"false":1},"c":{"y":1},"n":{"any":1},"nn":{"7":1},"e":{"green":1},"u":{},"v":[{"1":{"red":1}}]}"##,
                r##"{"i":{},"b":{"x":1},"c":{},"n":{},"nn":{},"e":{},"u":{},"v":[]}"##,
                r##"{"i":{},"b":{},"c":{},"n":{},"nn":{},"e":{},"u":{},"v":[{"a":{}}]}"##,
            ],
        )
    }
}

/// A map by an enum that takes every other word.
pub mod keys_open {
    use super::prelude::*;

    #[model]
    pub struct T {
        m: BTreeMap<K, u8>,
    }
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum K {
        A,
        B,
        #[serde(other)]
        Other,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "keys-open",
            &[T {
                m: [(K::A, 1), (K::Other, 2)].into(),
            }],
            &[r##"{"m":{"C":1}}"##, r##"{"m":{"A":"x"}}"##],
            &[
                r##"{"m":{"A":1}}"##,
                r##"{"m":{"later":1}}"##,
                r##"{"m":{"later":"x"}}"##,
            ],
        )
    }
}

/// Behind every kind of pointer.
pub mod pointers {
    use super::prelude::*;

    #[model]
    pub struct T {
        b: Box<I>,
        r: std::borrow::Cow<'static, str>,
        l: Box<[I]>,
        m: std::sync::Mutex<u8>,
    }
    #[model]
    pub struct I {
        i: u8,
        #[serde(default)]
        j: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "pointers",
            &[T {
                b: Box::new(I { i: 1, j: 1 }),
                r: "r".into(),
                l: Box::new([]),
                m: std::sync::Mutex::new(1),
            }],
            &[r##"{"b":{"i":1},"r":"r","l":[],"m":1}"##],
            &[
                r##"{"b":{"i":1},"r":"r","l":[{"i":1}],"m":1}"##,
                r##"{"b":{},"r":"r","l":[],"m":1}"##,
            ],
        )
    }
}

/// Every list of the standard library.
pub mod collections {
    use super::prelude::*;

    #[model]
    pub struct T {
        h: HashSet<K>,
        b: BTreeSet<String>,
        d: VecDeque<u8>,
        l: LinkedList<Option<u8>>,
        heap: BinaryHeap<u8>,
    }
    #[model]
    #[derive(PartialEq, Eq, Hash)]
    pub enum K {
        A,
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "collections",
            &[T {
                h: [K::A].into(),
                b: ["x".to_owned()].into(),
                d: [1].into(),
                l: [None].into(),
                heap: [1].into(),
            }],
            &[
                r##"{"h":["C"],"b":[],"d":[],"l":[],"heap":[]}"##,
                r##"{"h":[],"b":[],"d":[null],"l":[],"heap":[]}"##,
            ],
            &[
                r##"{"h":["A","B"],"b":["x"],"d":[1],"l":[null,1],"heap":[1]}"##,
                r##"{"h":["C"],"b":[],"d":[],"l":[],"heap":[]}"##,
            ],
        )
    }
}

/// Durations, times, ranges, results and bounds.
pub mod std_types {
    use super::prelude::*;

    #[model]
    pub struct T {
        d: std::time::Duration,
        s: std::time::SystemTime,
        r: std::ops::Range<i32>,
        i: std::ops::RangeInclusive<u8>,
        b: std::ops::Bound<u8>,
        res: Result<Vec<Result<u8, String>>, E>,
        n: std::num::NonZeroU16,
    }
    #[model]
    #[serde(tag = "e")]
    pub enum E {
        X,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "std-types",
            &[
                T {
                    d: std::time::Duration::from_millis(1),
                    s: std::time::SystemTime::UNIX_EPOCH,
                    r: 0..1,
                    i: 0..=1,
                    b: std::ops::Bound::Unbounded,
                    res: Ok(vec![Ok(1), Err("e".into())]),
                    n: 1.try_into().unwrap(),
                },
                T {
                    d: std::time::Duration::ZERO,
                    s: std::time::SystemTime::UNIX_EPOCH,
                    r: 0..1,
                    i: 0..=1,
                    b: std::ops::Bound::Included(1),
                    res: Err(E::X),
                    n: 1.try_into().unwrap(),
                },
            ],
            &[
                r##"{"d":1,"s":{"secs_since_epoch":0,"nanos_since_epoch":0},"r":{"start":0,"end":1},"i":{"start":0,"end":1},"b":"Unbounded","res":{"Ok":[]},"n":1}"##,
            ],
            &[
                r##"{"d":{"secs":1,"nanos":0},"s":{"secs_since_epoch":0,"nanos_since_epoch":0},"r":{"start":0,"end":1},"i":{"start":0,"end":1},"b":{"Excluded":1},"res":{"Err":{"e":"X"}},"n":1}"##,
                r##"{"d":{"secs":1},"s":{"secs_since_epoch":0,"nanos_since_epoch":0},"r":{"start":0,"end":1},"i":{"start":0,"end":1},"b":"Unbounded","res":{"Ok":[]},"n":1}"##,
            ],
        )
    }
}

/// Options of options, left out and not, and under another name.
pub mod option_of_option {
    use super::prelude::*;

    pub type Maybe = Option<String>;
    #[model]
    pub struct T {
        a: Option<Option<u8>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        b: Option<Option<u8>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        c: Option<Maybe>,
        #[serde(skip_serializing_if = "Option::is_none")]
        d: Maybe,
        #[serde(skip_serializing_if = "std::option::Option::is_none")]
        e: std::option::Option<Box<u8>>,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "option-of-option",
            &[
                T {
                    a: Some(None),
                    b: Some(None),
                    c: Some(None),
                    d: None,
                    e: None,
                },
                T {
                    a: None,
                    b: None,
                    c: None,
                    d: None,
                    e: Some(Box::new(1)),
                },
            ],
            &[r##"{"a":null,"b":null,"e":null}"##, r##"{"b":1}"##],
            &[
                r##"{}"##,
                r##"{"a":null,"b":null,"c":null,"d":null,"e":null}"##,
                r##"{"a":1,"b":1,"c":"x","d":"x","e":1}"##,
                r##"{"a":"x"}"##,
            ],
        )
    }
}

/// Options that a function reads are asked for.
pub mod option_by_function {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(with = "opt")]
        #[schemars(with = "Option<String>")]
        a: Option<u64>,
        #[serde(default, with = "opt")]
        #[schemars(with = "Option<String>")]
        b: Option<u64>,
    }
    mod opt {
        use serde::*;
        pub fn serialize<S: Serializer>(v: &Option<u64>, s: S) -> Result<S::Ok, S::Error> {
            v.map(|v| v.to_string()).serialize(s)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u64>, D::Error> {
            Option::<String>::deserialize(d)?
                .map(|s| s.parse().map_err(de::Error::custom))
                .transpose()
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "option-by-function",
            &[T {
                a: Some(1),
                b: None,
            }],
            &[r##"{"a":1,"b":null}"##, r##"{"a":"1"}"##],
            &[
                r##"{"a":null}"##,
                r##"{"a":"1","b":"2"}"##,
                r##"{"b":"1"}"##,
                r##"{}"##,
                r##"{"a":1}"##,
            ],
        )
    }
}

/// Nothing, in every form.
pub mod units {
    use super::prelude::*;

    #[model]
    pub struct T {
        u: (),
        p: std::marker::PhantomData<String>,
        s: U,
        e: E,
        t: Tup,
        o: Option<U>,
        l: Vec<()>,
    }
    #[model]
    pub struct U;
    #[model]
    pub struct E {}
    #[model]
    pub struct Tup();

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "units",
            &[T {
                u: (),
                p: Default::default(),
                s: U,
                e: E {},
                t: Tup(),
                o: None,
                l: vec![()],
            }],
            &[
                r##"{"u":{},"p":null,"s":null,"e":{},"t":[],"o":null,"l":[]}"##,
                r##"{"u":null,"p":null,"s":null,"e":{"a":1},"t":[],"o":null,"l":[]}"##,
                r##"{"u":null,"p":null,"s":null,"e":{},"t":null,"o":null,"l":[]}"##,
            ],
            &[
                r##"{"u":null,"p":null,"s":null,"e":{},"t":[],"l":[null]}"##,
                r##"{"u":null,"p":null,"s":null,"e":{},"t":[1],"l":[]}"##,
            ],
        )
    }
}

/// Structs that write their name.
pub mod struct_with_tag {
    use super::prelude::*;

    #[model]
    #[serde(tag = "kind")]
    pub struct T {
        id: u8,
        list: Vec<Named>,
        closed: Closed,
    }
    #[model]
    #[serde(tag = "type", rename = "named-thing")]
    pub struct Named {
        n: u8,
    }
    #[model]
    #[serde(tag = "type", deny_unknown_fields)]
    pub struct Closed {
        c: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "struct-with-tag",
            &[T {
                id: 1,
                list: vec![Named { n: 1 }],
                closed: Closed { c: 1 },
            }],
            &[
                r##"{"id":1,"list":[],"closed":{"type":"Closed","c":1}}"##,
                r##"{"kind":"U","id":1,"list":[],"closed":{"type":"Closed","c":1}}"##,
                r##"{"kind":"T","id":1,"list":[{"type":"Named","n":1}],"closed":{"type":"Closed","c":1}}"##,
            ],
            &[
                r##"{"id":1,"list":[],"closed":{"c":1}}"##,
                r##"{"kind":"T","id":1,"list":[{"n":1},{"type":"named-thing","n":1}],"closed":{"c":1}}"##,
            ],
        )
    }
}

/// A struct that writes its name, flattened and in a variant.
pub mod struct_with_tag_flattened {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        n: N,
        e: E,
    }
    #[model]
    #[serde(tag = "n")]
    pub struct N {
        x: u8,
    }
    #[model]
    #[serde(tag = "e")]
    pub enum E {
        Holds(N),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "struct-with-tag-flattened",
            &[T {
                id: 1,
                n: N { x: 1 },
                e: E::Holds(N { x: 1 }),
            }],
            &[
                r##"{"id":1,"x":1,"e":{"e":"Holds","n":"N","x":1}}"##,
                r##"{"id":1,"n":"N","x":1,"e":{"e":"Holds","x":1}}"##,
            ],
            &[
                r##"{"id":1,"x":1,"e":{"e":"Holds","x":1}}"##,
                r##"{"id":1,"n":"N","e":{"e":"Holds","x":1}}"##,
            ],
        )
    }
}

/// A variant for every other tag, inside.
pub mod other_inside {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t", rename_all = "lowercase")]
    pub enum T {
        A {
            a: u8,
        },
        B(Inner),
        #[serde(other)]
        Unknown,
    }
    #[model]
    pub struct Inner {
        i: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "other-inside",
            &[T::A { a: 1 }, T::B(Inner { i: 1 }), T::Unknown],
            &[r##"{"t":"later"}"##, r##"{"t":"a"}"##],
            &[
                r##"{"t":"a","a":1}"##,
                r##"{"t":"later"}"##,
                r##"{"t":"b","i":1}"##,
                r##"{}"##,
                r##"{"t":1}"##,
            ],
        )
    }
}

/// A variant for every other tag, beside its content.
pub mod other_beside {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum T {
        A(u8),
        #[serde(other)]
        Unknown,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "other-beside",
            &[T::A(1), T::Unknown],
            &[r##"{"t":"later"}"##, r##"{"t":"A"}"##],
            &[r##"{"t":"A","c":1}"##, r##"{"t":"later"}"##, r##"{}"##],
        )
    }
}

/// A variant for every other word, beside objects.
pub mod other_mixed {
    use super::prelude::*;

    #[model]
    pub enum T {
        On,
        At(u8),
        #[serde(other)]
        Unknown,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "other-mixed",
            &[T::On, T::At(1), T::Unknown],
            &[r##""later""##, r##"{"On":1}"##],
            &[
                r##""On""##,
                r##"{"At":1}"##,
                r##""later""##,
                r##"1"##,
                r##"{"At":"x"}"##,
            ],
        )
    }
}

/// Further names, of fields and of variants: taken, and not shown.
pub mod aliases {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(alias = "colour", alias = "hue")]
        color: String,
        #[serde(default, alias = "k")]
        kind: K,
    }
    #[model]
    #[derive(Default)]
    pub enum K {
        #[default]
        #[serde(alias = "first")]
        A,
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "aliases",
            &[T {
                color: "c".into(),
                kind: K::A,
            }],
            &[
                r##"{"colour":"c","kind":"A"}"##,
                r##"{"color":"c","kind":"first"}"##,
            ],
            &[
                r##"{"color":"c"}"##,
                r##"{"color":"c","kind":"B"}"##,
                r##"{}"##,
                r##"{"color":"c","kind":"C"}"##,
            ],
        )
    }
}

/// A type without values, where none is needed.
pub mod empty_enum {
    use super::prelude::*;

    #[model]
    pub struct T {
        v: Vec<Void>,
        o: Option<Void>,
        r: Result<u8, Void>,
    }
    #[model]
    #[derive(Debug)]
    pub enum Void {}

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "empty-enum",
            &[T {
                v: vec![],
                o: None,
                r: Ok(1),
            }],
            &[
                r##"{"v":[1],"o":null,"r":{"Ok":1}}"##,
                r##"{"v":[],"o":1,"r":{"Ok":1}}"##,
                r##"{"v":[],"o":null,"r":{"Err":null}}"##,
            ],
            &[
                r##"{"v":[],"r":{"Ok":1}}"##,
                r##"{"v":[null],"r":{"Ok":1}}"##,
            ],
        )
    }
}

/// Instances of one generic type over types of one name.
pub mod one_name_in_generics {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: Page<a::Item>,
        b: Page<b::Item>,
        n: Page<Page<a::Item>>,
        s: Page<String>,
        o: Page<Option<u8>>,
        v: Page<Vec<u8>>,
    }
    #[model]
    pub struct Page<X> {
        items: Vec<X>,
        next: Option<String>,
    }
    pub mod a {
        use super::*;
        #[model]
        pub struct Item {
            pub sku: String,
        }
    }
    pub mod b {
        use super::*;
        #[model]
        pub struct Item {
            #[serde(default)]
            pub n: u8,
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "one-name-in-generics",
            &[T {
                a: Page {
                    items: vec![a::Item { sku: "s".into() }],
                    next: None,
                },
                b: Page {
                    items: vec![b::Item { n: 1 }],
                    next: None,
                },
                n: Page {
                    items: vec![],
                    next: None,
                },
                s: Page {
                    items: vec!["s".into()],
                    next: None,
                },
                o: Page {
                    items: vec![None],
                    next: None,
                },
                v: Page {
                    items: vec![vec![1]],
                    next: None,
                },
            }],
            &[
                r##"{"a":{"items":[{"n":1}],"next":null},"b":{"items":[],"next":null},"n":{"items":[],"next":null},"s":{"items":[],"next":null},"o":{"items":[],"next":null},"v":{"items":[],"next":null}}"##,
                r##"{"a":{"items":[],"next":null},"b":{"items":[{}],"next":null},"n":{"items":[],"next":null},"s":{"items":[],"next":null},"o":{"items":[],"next":null},"v":{"items":[],"next":null}}"##,
            ],
            &[
                r##"{"a":{"items":[{"sku":"s"}]},"b":{"items":[{}]},"n":{"items":[{"items":[]}]},"s":{"items":[]},"o":{"items":[null]},"v":{"items":[]}}"##,
                r##"{"a":{"items":[{}]},"b":{"items":[]},"n":{"items":[]},"s":{"items":[]},"o":{"items":[]},"v":{"items":[]}}"##,
            ],
        )
    }
}

/// Types named like those of TypeScript, of the clients and of the emitted files.
pub mod names_of_typescript {
    use super::prelude::*;

    #[model]
    pub struct T {
        f0: Promise,
        f1: Record,
        f2: Array,
        f3: Date,
        f4: Object,
        f5: Map,
        f6: Set,
        f7: Function,
        f8: Symbol,
        f9: Number,
        f10: Boolean,
        f11: Error,
        f12: Readonly,
        f13: Partial,
        f14: EventPayload,
        f15: EventInput,
        f16: EventReply,
        f17: EventError,
        f18: EventErrors,
        f19: Events,
        f20: Channels,
        f21: AppRouter,
        f22: Emitted,
        f23: Unfiltered,
        f24: FilteredList,
        f25: Filtered,
        f26: SystemEvent,
        f27: Issue,
        f28: Root,
        f29: Definition,
        f30: Mutation,
        f31: Tracked,
        f32: AsyncIterable,
        f33: PropertyKey,
        f34: Infinity,
        f35: NaN,
        f36: globalThis,
        f37: arguments,
        f38: eval,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Promise {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Record {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Array {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Date {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Object {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Map {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Set {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Function {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Symbol {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Number {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Boolean {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Error {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Readonly {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Partial {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct EventPayload {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct EventInput {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct EventReply {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct EventError {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct EventErrors {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Events {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Channels {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct AppRouter {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Emitted {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Unfiltered {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct FilteredList {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Filtered {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct SystemEvent {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Issue {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Root {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Definition {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Mutation {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Tracked {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct AsyncIterable {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct PropertyKey {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct Infinity {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct NaN {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct globalThis {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct arguments {
        #[serde(default)]
        n: u8,
    }
    #[model]
    #[allow(non_camel_case_types)]
    pub struct eval {
        #[serde(default)]
        n: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "names-of-typescript",
            &[T {
                f0: Promise { n: 1 },
                f1: Record { n: 1 },
                f2: Array { n: 1 },
                f3: Date { n: 1 },
                f4: Object { n: 1 },
                f5: Map { n: 1 },
                f6: Set { n: 1 },
                f7: Function { n: 1 },
                f8: Symbol { n: 1 },
                f9: Number { n: 1 },
                f10: Boolean { n: 1 },
                f11: Error { n: 1 },
                f12: Readonly { n: 1 },
                f13: Partial { n: 1 },
                f14: EventPayload { n: 1 },
                f15: EventInput { n: 1 },
                f16: EventReply { n: 1 },
                f17: EventError { n: 1 },
                f18: EventErrors { n: 1 },
                f19: Events { n: 1 },
                f20: Channels { n: 1 },
                f21: AppRouter { n: 1 },
                f22: Emitted { n: 1 },
                f23: Unfiltered { n: 1 },
                f24: FilteredList { n: 1 },
                f25: Filtered { n: 1 },
                f26: SystemEvent { n: 1 },
                f27: Issue { n: 1 },
                f28: Root { n: 1 },
                f29: Definition { n: 1 },
                f30: Mutation { n: 1 },
                f31: Tracked { n: 1 },
                f32: AsyncIterable { n: 1 },
                f33: PropertyKey { n: 1 },
                f34: Infinity { n: 1 },
                f35: NaN { n: 1 },
                f36: globalThis { n: 1 },
                f37: arguments { n: 1 },
                f38: eval { n: 1 },
            }],
            &[r##"{}"##, r##"{"f0":{}}"##],
            &[
                r##"{"f0":{},"f1":{},"f2":{},"f3":{},"f4":{},"f5":{},"f6":{},"f7":{},"f8":{},"f9":{},"f10":{},"f11":{},"f12":{},"f13":{},"f14":{},"f15":{},"f16":{},"f17":{},"f18":{},"f19":{},"f20":{},"f21":{},"f22":{},"f23":{},"f24":{},"f25":{},"f26":{},"f27":{},"f28":{},"f29":{},"f30":{},"f31":{},"f32":{},"f33":{},"f34":{},"f35":{},"f36":{},"f37":{},"f38":{}}"##,
                r##"{}"##,
            ],
        )
    }
}

/// Members named like words of TypeScript and of every object.
pub mod members_of_typescript {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(rename = "any")]
        k0: u8,
        #[serde(rename = "as")]
        k1: u8,
        #[serde(rename = "bigint")]
        k2: u8,
        #[serde(rename = "boolean")]
        k3: u8,
        #[serde(rename = "class")]
        k4: u8,
        #[serde(rename = "constructor")]
        k5: u8,
        #[serde(rename = "declare")]
        k6: u8,
        #[serde(rename = "delete")]
        k7: u8,
        #[serde(rename = "enum")]
        k8: u8,
        #[serde(rename = "export")]
        k9: u8,
        #[serde(rename = "extends")]
        k10: u8,
        #[serde(rename = "function")]
        k11: u8,
        #[serde(rename = "get")]
        k12: u8,
        #[serde(rename = "in")]
        k13: u8,
        #[serde(rename = "instanceof")]
        k14: u8,
        #[serde(rename = "interface")]
        k15: u8,
        #[serde(rename = "let")]
        k16: u8,
        #[serde(rename = "module")]
        k17: u8,
        #[serde(rename = "namespace")]
        k18: u8,
        #[serde(rename = "never")]
        k19: u8,
        #[serde(rename = "new")]
        k20: u8,
        #[serde(rename = "null")]
        k21: u8,
        #[serde(rename = "number")]
        k22: u8,
        #[serde(rename = "object")]
        k23: u8,
        #[serde(rename = "of")]
        k24: u8,
        #[serde(rename = "package")]
        k25: u8,
        #[serde(rename = "private")]
        k26: u8,
        #[serde(rename = "readonly")]
        k27: u8,
        #[serde(rename = "require")]
        k28: u8,
        #[serde(rename = "set")]
        k29: u8,
        #[serde(rename = "string")]
        k30: u8,
        #[serde(rename = "super")]
        k31: u8,
        #[serde(rename = "switch")]
        k32: u8,
        #[serde(rename = "symbol")]
        k33: u8,
        #[serde(rename = "this")]
        k34: u8,
        #[serde(rename = "typeof")]
        k35: u8,
        #[serde(rename = "undefined")]
        k36: u8,
        #[serde(rename = "unique")]
        k37: u8,
        #[serde(rename = "unknown")]
        k38: u8,
        #[serde(rename = "var")]
        k39: u8,
        #[serde(rename = "void")]
        k40: u8,
        #[serde(rename = "with")]
        k41: u8,
        #[serde(rename = "yield")]
        k42: u8,
        #[serde(rename = "__proto__")]
        k43: u8,
        #[serde(rename = "toString")]
        k44: u8,
        #[serde(rename = "hasOwnProperty")]
        k45: u8,
        #[serde(rename = "prototype")]
        k46: u8,
        #[serde(rename = "then")]
        k47: u8,
        #[serde(rename = "length")]
        k48: u8,
        #[serde(rename = "name")]
        k49: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "members-of-typescript",
            &[T {
                k0: 1,
                k1: 1,
                k2: 1,
                k3: 1,
                k4: 1,
                k5: 1,
                k6: 1,
                k7: 1,
                k8: 1,
                k9: 1,
                k10: 1,
                k11: 1,
                k12: 1,
                k13: 1,
                k14: 1,
                k15: 1,
                k16: 1,
                k17: 1,
                k18: 1,
                k19: 1,
                k20: 1,
                k21: 1,
                k22: 1,
                k23: 1,
                k24: 1,
                k25: 1,
                k26: 1,
                k27: 1,
                k28: 1,
                k29: 1,
                k30: 1,
                k31: 1,
                k32: 1,
                k33: 1,
                k34: 1,
                k35: 1,
                k36: 1,
                k37: 1,
                k38: 1,
                k39: 1,
                k40: 1,
                k41: 1,
                k42: 1,
                k43: 1,
                k44: 1,
                k45: 1,
                k46: 1,
                k47: 1,
                k48: 1,
                k49: 1,
            }],
            &[r##"{}"##],
            &[
                r##"{"any":1,"as":1,"bigint":1,"boolean":1,"class":1,"constructor":1,"declare":1,"delete":1,"enum":1,"export":1,"extends":1,"function":1,"get":1,"in":1,"instanceof":1,"interface":1,"let":1,"module":1,"namespace":1,"never":1,"new":1,"null":1,"number":1,"object":1,"of":1,"package":1,"private":1,"readonly":1,"require":1,"set":1,"string":1,"super":1,"switch":1,"symbol":1,"this":1,"typeof":1,"undefined":1,"unique":1,"unknown":1,"var":1,"void":1,"with":1,"yield":1,"__proto__":1,"toString":1,"hasOwnProperty":1,"prototype":1,"then":1,"length":1,"name":1}"##,
                r##"{}"##,
            ],
        )
    }
}

/// Documentation and names that try to leave their place.
pub mod hostile_words {
    use super::prelude::*;

    /// Ends here */ export type Leaked = 1; /* and goes on
    /// @deprecated not really
    /// \u{2028} ` ${x} " ' \\ */*/
    #[model]
    #[serde(tag = "*/ t")]
    pub enum T {
        /// */ export type Leaked = 2;
        A {
            /// */ } export type Leaked = 3; interface X { /*
            #[serde(rename = "*/ export type Leaked = 4; /*", default = "text")]
            a: String,
            #[serde(rename = "'; export type Leaked = 5; '")]
            b: E,
        },
    }
    /// Words.
    #[model]
    pub enum E {
        /// */ export type Leaked = 6;
        #[deprecated(note = "*/ export type Leaked = 7;")]
        #[serde(rename = "'*/`")]
        A,
        B,
    }
    fn text() -> String {
        "*/ export type Leaked = 8; /*".to_owned()
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "hostile-words",
            &[T::A {
                a: "a".into(),
                b: E::B,
            }],
            &[r##"{"*/ t":"A"}"##],
            &[
                r##"{"*/ t":"A","'; export type Leaked = 5; '":"B"}"##,
                r##"{"*/ t":"A"}"##,
            ],
        )
    }
}

/// Defaults and constants as parameters.
pub mod generics {
    use super::prelude::*;

    #[model]
    pub struct T {
        g: Grid,
        h: Grid<String, 4>,
        p: Pair<u8>,
    }
    #[model]
    pub struct Grid<X = u8, const N: usize = 3> {
        cells: Vec<X>,
    }
    #[model]
    pub struct Pair<A, B = Vec<A>> {
        a: A,
        b: B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "generics",
            &[T {
                g: Grid { cells: vec![1] },
                h: Grid {
                    cells: vec!["x".into()],
                },
                p: Pair { a: 1, b: vec![1] },
            }],
            &[r##"{"g":{"cells":["x"]},"h":{"cells":[]},"p":{"a":1,"b":[]}}"##],
            &[
                r##"{"g":{"cells":[1]},"h":{"cells":["x"]},"p":{"a":1,"b":[1]}}"##,
                r##"{"g":{"cells":[]},"h":{"cells":[1]},"p":{"a":1,"b":[]}}"##,
            ],
        )
    }
}

/// Enums over parameters, tagged outside, inside and not at all.
pub mod generic_enums {
    use super::prelude::*;

    #[model]
    pub struct T {
        o: Out<u8, String>,
        i: In<A>,
        u: Un<u8, A>,
        m: BTreeMap<String, Out<A, bool>>,
    }
    #[model]
    pub enum Out<L, R> {
        Left(L),
        Right(R),
        Neither,
    }
    #[model]
    #[serde(tag = "t")]
    pub enum In<X> {
        Some_(X),
        None_,
    }
    #[model]
    #[serde(untagged)]
    pub enum Un<L, R> {
        L(L),
        R(R),
    }
    #[model]
    pub struct A {
        a: u8,
        #[serde(default)]
        d: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "generic-enums",
            &[
                T {
                    o: Out::Left(1),
                    i: In::Some_(A { a: 1, d: 1 }),
                    u: Un::L(1),
                    m: [("k".to_owned(), Out::Right(true))].into(),
                },
                T {
                    o: Out::Neither,
                    i: In::None_,
                    u: Un::R(A { a: 1, d: 1 }),
                    m: [].into(),
                },
            ],
            &[
                r##"{"o":{"Left":"x"},"i":{"t":"None_"},"u":1,"m":{}}"##,
                r##"{"o":"Neither","i":{"t":"Some_","a":1},"u":1,"m":{}}"##,
            ],
            &[
                r##"{"o":{"Right":"x"},"i":{"t":"Some_","a":1},"u":{"a":1},"m":{"k":{"Left":{"a":1}}}}"##,
                r##"{"o":"Neither","i":{"t":"Some_"},"u":1,"m":{}}"##,
            ],
        )
    }
}

/// An internally tagged variant around enums of the other kinds.
pub mod inside_holds_enums {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t")]
    pub enum T {
        Ext(Ext),
        Un(Un),
        Adj(Adj),
        Map(BTreeMap<String, u8>),
        Any(Value),
    }
    #[model]
    pub enum Ext {
        Word,
        New(u8),
        St { s: u8 },
    }
    #[model]
    #[serde(untagged)]
    pub enum Un {
        A { a: u8 },
        B { b: u8 },
    }
    #[model]
    #[serde(tag = "k", content = "c")]
    pub enum Adj {
        U,
        N(u8),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "inside-holds-enums",
            &[
                T::Ext(Ext::Word),
                T::Ext(Ext::New(1)),
                T::Ext(Ext::St { s: 1 }),
                T::Un(Un::A { a: 1 }),
                T::Adj(Adj::N(1)),
                T::Map([("k".to_owned(), 1)].into()),
                T::Any(json!({"x":[1]})),
            ],
            &[
                r##"{"t":"Ext"}"##,
                r##"{"t":"Un"}"##,
                r##"{"t":"Adj","k":"N"}"##,
            ],
            &[
                r##"{"t":"Ext","Word":null}"##,
                r##"{"t":"Ext","New":1}"##,
                r##"{"t":"Un","b":1}"##,
                r##"{"t":"Un"}"##,
                r##"{"t":"Adj","k":"U"}"##,
                r##"{"t":"Map","k":1}"##,
                r##"{"t":"Any"}"##,
            ],
        )
    }
}

/// An internally tagged variant around a struct that refuses unknown fields.
pub mod inside_closed {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t")]
    pub enum T {
        A(Closed),
        B(Closed2),
    }
    #[model]
    #[serde(deny_unknown_fields)]
    pub struct Closed {
        z: u8,
        a: u8,
    }
    #[model]
    pub struct Closed2 {
        #[serde(flatten)]
        c: Closed,
        last: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "inside-closed",
            &[
                T::A(Closed { z: 1, a: 1 }),
                T::B(Closed2 {
                    c: Closed { z: 1, a: 1 },
                    last: 1,
                }),
            ],
            &[r##"{"t":"A","a":1}"##, r##"{"t":"B","a":1,"z":1}"##],
            &[
                r##"{"t":"A","a":1,"z":1}"##,
                r##"{"t":"A","a":1}"##,
                r##"{"t":"B","a":1,"z":1,"last":1}"##,
            ],
        )
    }
}

/// Three internally tagged enums around each other.
pub mod nested_tags {
    use super::prelude::*;

    #[model]
    #[serde(tag = "a")]
    pub enum T {
        X(Mid),
    }
    #[model]
    #[serde(tag = "b")]
    pub enum Mid {
        Y(Low),
        Z,
    }
    #[model]
    #[serde(tag = "c")]
    pub enum Low {
        L { l: u8 },
        N,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "nested-tags",
            &[
                T::X(Mid::Y(Low::L { l: 1 })),
                T::X(Mid::Y(Low::N)),
                T::X(Mid::Z),
            ],
            &[r##"{"a":"X","b":"Y"}"##, r##"{"a":"X","b":"Y","c":"L"}"##],
            &[
                r##"{"a":"X","b":"Y","c":"N"}"##,
                r##"{"a":"X","b":"Z"}"##,
                r##"{"a":"X","b":"Y","c":"L"}"##,
            ],
        )
    }
}

/// Tuples that lose items on the way.
pub mod tuples_with_skips {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: Three,
        b: One,
        e: E,
    }
    #[model]
    pub struct Three(u8, #[serde(skip)] u8, Option<String>);
    #[model]
    pub struct One(#[serde(skip)] u8, #[serde(skip)] u8, bool);
    #[model]
    pub enum E {
        A(#[serde(skip)] u8, String),
        B(u8, #[serde(skip_serializing)] u8),
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "tuples-with-skips",
            &[
                T {
                    a: Three(1, 2, None),
                    b: One(1, 2, true),
                    e: E::A(1, "x".into()),
                },
                T {
                    a: Three(1, 2, Some("s".into())),
                    b: One(1, 2, true),
                    e: E::B(1, 2),
                },
            ],
            &[
                r##"{"a":[1],"b":[true],"e":{"A":["x"]}}"##,
                r##"{"a":[1,2,"s"],"b":[true],"e":{"A":["x"]}}"##,
            ],
            &[
                r##"{"a":[1,"s"],"b":[true],"e":{"A":["x"]}}"##,
                r##"{"a":[1,null],"b":[true],"e":{"B":[1,2]}}"##,
                r##"{"a":[1,null],"b":[true],"e":{"B":[1]}}"##,
            ],
        )
    }
}

/// Options in every container.
pub mod deep_options {
    use super::prelude::*;

    #[model]
    pub struct T {
        a: Option<Vec<Option<u8>>>,
        b: Vec<Option<Vec<Option<K>>>>,
        c: Option<(u8, Option<u8>)>,
        d: BTreeMap<String, Option<BTreeMap<String, Option<u8>>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        e: Option<K>,
        #[serde(skip_serializing_if = "Option::is_none")]
        f: Option<Vec<Option<u8>>>,
    }
    #[model]
    #[serde(tag = "k")]
    pub enum K {
        A,
        B { b: Option<u8> },
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "deep-options",
            &[
                T {
                    a: None,
                    b: vec![None, Some(vec![Some(K::A)])],
                    c: Some((1, None)),
                    d: [("k".to_owned(), None)].into(),
                    e: None,
                    f: Some(vec![None]),
                },
                T {
                    a: Some(vec![None]),
                    b: vec![],
                    c: None,
                    d: [].into(),
                    e: Some(K::B { b: None }),
                    f: None,
                },
            ],
            &[
                r##"{"a":null,"b":[],"c":null,"d":{},"e":null}"##,
                r##"{"a":null,"b":[],"c":null,"d":{},"f":null}"##,
                r##"{"a":null,"b":[],"c":[1],"d":{}}"##,
                r##"{"a":null,"b":[],"c":null,"d":{},"e":{"k":"B"}}"##,
            ],
            &[
                r##"{"b":[null,[null,{"k":"A"}]],"d":{"a":null,"b":{"c":null}}}"##,
                r##"{"b":[],"d":{},"e":{"k":"B"}}"##,
                r##"{"b":[],"d":{},"e":null,"f":null}"##,
                r##"{"b":[],"d":{},"c":[1]}"##,
            ],
        )
    }
}

/// Members in an order that is not that of their names.
pub mod declared_order {
    use super::prelude::*;

    #[model]
    #[serde(rename_all = "camelCase")]
    pub struct T {
        zebra: u8,
        apple: u8,
        #[serde(flatten)]
        middle: M,
        banana: u8,
    }
    #[model]
    pub struct M {
        y: u8,
        x: u8,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "declared-order",
            &[T {
                zebra: 1,
                apple: 1,
                middle: M { y: 1, x: 1 },
                banana: 1,
            }],
            &[r##"{"zebra":1}"##],
            &[
                r##"{"zebra":1,"apple":1,"y":1,"x":1,"banana":1}"##,
                r##"{"zebra":1,"apple":1,"y":1,"banana":1}"##,
            ],
        )
    }
}

/// Types of elsewhere, described by what they look like on the wire.
pub mod remote_codecs {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(serialize_with = "out", deserialize_with = "back")]
        #[schemars(with = "(f64, f64)")]
        at: Point,
        #[serde(with = "list")]
        #[schemars(with = "Vec<String>")]
        many: Vec<u64>,
    }
    pub struct Point {
        x: f64,
        y: f64,
    }
    fn out<S: Serializer>(p: &Point, s: S) -> Result<S::Ok, S::Error> {
        (p.x, p.y).serialize(s)
    }
    fn back<'de, D: Deserializer<'de>>(d: D) -> Result<Point, D::Error> {
        let (x, y) = Deserialize::deserialize(d)?;
        Ok(Point { x, y })
    }
    mod list {
        use serde::*;
        pub fn serialize<S: Serializer>(v: &Vec<u64>, s: S) -> Result<S::Ok, S::Error> {
            s.collect_seq(v.iter().map(|v| v.to_string()))
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u64>, D::Error> {
            Vec::<String>::deserialize(d)?
                .into_iter()
                .map(|s| s.parse().map_err(de::Error::custom))
                .collect()
        }
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "remote-codecs",
            &[T {
                at: Point { x: 1.0, y: 2.0 },
                many: vec![1],
            }],
            &[
                r##"{"at":{"x":1,"y":2},"many":["1"]}"##,
                r##"{"at":[1,2],"many":[1]}"##,
            ],
            &[
                r##"{"at":[1,2],"many":["1"]}"##,
                r##"{"at":[1],"many":[]}"##,
                r##"{"at":[1,2],"many":[1]}"##,
            ],
        )
    }
}

/// A payload that is only a word.
pub mod event_is_an_enum_of_words {
    use super::prelude::*;

    #[model]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum T {
        AllGood,
        NotSoGood,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "event-is-an-enum-of-words",
            &[T::AllGood, T::NotSoGood],
            &[r##""AllGood""##],
            &[r##""ALL_GOOD""##, r##""all_good""##],
        )
    }
}

/// A payload that is a list of options.
pub mod event_is_a_list {
    use super::prelude::*;

    #[model]
    pub struct T(Vec<Option<E>>);
    #[model]
    #[serde(tag = "e")]
    pub enum E {
        A,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "event-is-a-list",
            &[T(vec![None, Some(E::A)])],
            &[r##"[{"e":"B"}]"##, r##"null"##],
            &[r##"[null,{"e":"A"}]"##, r##"[{}]"##, r##"{}"##],
        )
    }
}

/// A payload that is a map by words.
pub mod event_is_a_map {
    use super::prelude::*;

    #[model]
    #[serde(transparent)]
    pub struct T(BTreeMap<K, Vec<u8>>);
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum K {
        A,
        B,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "event-is-a-map",
            &[T([(K::A, vec![1])].into())],
            &[r##"{"C":[]}"##, r##"{"A":1}"##],
            &[r##"{"A":[1]}"##, r##"{}"##, r##"{"C":[]}"##],
        )
    }
}

/// Shapes whose truth no client type can say, or that serde itself cannot carry.
pub mod refused {

    /// Two flattened maps.
    pub mod two_maps {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            #[serde(flatten)]
            a: BTreeMap<String, u8>,
            #[serde(flatten)]
            b: HashMap<String, Value>,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › b: two flattened maps compete for the same keys; keep one of them, or make one a field of its own"##,
            ];
            (Case::of::<T>("two-maps", &[], &[], &[]), said)
        }
    }

    /// A flattened map of one type beside a flattened enum.
    pub mod greedy_map {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            id: String,
            #[serde(flatten)]
            kind: Kind,
            #[serde(flatten)]
            rest: BTreeMap<String, bool>,
        }
        #[model]
        #[serde(tag = "kind")]
        pub enum Kind {
            A { a: u8 },
            B,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › rest: the flattened map is given the members of `kind` too when serde reads them, and refuses them; make one of them a field of its own, or a map of any JSON, `serde_json::Map<String, Value>`"##,
            ];
            (Case::of::<T>("greedy-map", &[], &[], &[]), said)
        }
    }

    /// A flattened option of an enum.
    pub mod optional_enum {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            id: u8,
            #[serde(flatten)]
            kind: Option<Kind>,
        }
        #[model]
        #[serde(tag = "kind")]
        pub enum Kind {
            A { a: u8 },
            B,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › kind: a flattened `Option` of an enum leaves no trace of what is missing; make it a field of its own, or flatten the enum itself, with a variant for nothing"##,
            ];
            (Case::of::<T>("optional-enum", &[], &[], &[]), said)
        }
    }

    /// A flattened member that repeats a name.
    pub mod repeated_name {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            id: u8,
            #[serde(flatten)]
            inner: Inner,
        }
        #[model]
        pub struct Inner {
            id: u8,
            x: u8,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › inner: `id` is written twice: by the struct, and by what is flattened into it; rename one of them with `#[serde(rename = "…")]`, or make it a field of its own"##,
            ];
            (Case::of::<T>("repeated-name", &[], &[], &[]), said)
        }
    }

    /// A flattened enum whose tag is a member.
    pub mod repeated_tag {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            kind: u8,
            #[serde(flatten)]
            inner: Kind,
        }
        #[model]
        #[serde(tag = "kind")]
        pub enum Kind {
            A,
            B { b: u8 },
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[r##"c:e › inner: `kind` is written twice"##];
            (Case::of::<T>("repeated-tag", &[], &[], &[]), said)
        }
    }

    /// Internally tagged variants around what holds no members.
    pub mod tagged_scalars {
        use crate::shapes::prelude::*;

        #[model]
        #[serde(tag = "t")]
        pub enum T {
            Number(u32),
            Text(String),
            Flag(bool),
            List(Vec<u8>),
            Maybe(Option<Inner>),
            Word(Level),
            Id(Id),
            Path(std::path::PathBuf),
            Fine(Inner),
        }
        #[model]
        pub struct Inner {
            a: u8,
        }
        #[model]
        pub enum Level {
            Low,
            High,
        }
        #[model]
        pub struct Id(String);

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › Number: variant `Number` cannot be internally tagged"##,
                r##"c:e › Text: variant `Text` cannot be internally tagged"##,
                r##"c:e › Flag: variant `Flag` cannot be internally tagged"##,
                r##"c:e › List: variant `List` cannot be internally tagged"##,
                r##"c:e › Maybe: variant `Maybe` cannot be internally tagged"##,
                r##"c:e › Word: variant `Word` cannot be internally tagged"##,
                r##"c:e › Id: variant `Id` cannot be internally tagged"##,
                r##"c:e › Path: variant `Path` cannot be internally tagged"##,
            ];
            (Case::of::<T>("tagged-scalars", &[], &[], &[]), said)
        }
    }

    /// An internally tagged variant whose struct has the tag as a member.
    pub mod repeated_tag_inside {
        use crate::shapes::prelude::*;

        #[model]
        #[serde(tag = "t")]
        pub enum T {
            A(Inner),
        }
        #[model]
        pub struct Inner {
            t: u8,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] =
                &[r##"c:e › A: `t` is written twice: as the tag, and by what variant `A` holds"##];
            (Case::of::<T>("repeated-tag-inside", &[], &[], &[]), said)
        }
    }

    /// Maps by what JSON cannot hold as a key.
    pub mod keys {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            p: BTreeMap<Point, u8>,
            l: BTreeMap<Vec<u8>, u8>,
            o: BTreeMap<Option<u8>, u8>,
            e: BTreeMap<E, u8>,
        }
        #[model]
        #[derive(PartialEq, Eq, PartialOrd, Ord)]
        pub struct Point {
            x: u8,
        }
        #[model]
        #[derive(PartialEq, Eq, PartialOrd, Ord)]
        pub enum E {
            A { a: u8 },
            B,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › p: the keys of this map are objects, and JSON has only text there; write a key that serde turns into text"##,
                r##"c:e › l: the keys of this map are lists"##,
                r##"c:e › o: the keys of this map are `Option`s"##,
                r##"c:e › e: the keys of this map are enums with fields"##,
            ];
            (Case::of::<T>("keys", &[], &[], &[]), said)
        }
    }

    /// Flattened types that have no members.
    pub mod flattened_values {
        use crate::shapes::prelude::*;

        #[model]
        pub struct T {
            #[serde(flatten)]
            n: N,
            #[serde(flatten)]
            l: Vec<u8>,
            #[serde(flatten)]
            u: U,
        }
        #[model]
        pub struct N(u8);
        #[model]
        #[serde(untagged)]
        pub enum U {
            A { a: u8 },
            B(u8),
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › n: this is flattened, but holds a single value"##,
                r##"c:e › l: this is flattened, but holds a list"##,
                r##"c:e › u: this is flattened, but holds a single value"##,
            ];
            (Case::of::<T>("flattened-values", &[], &[], &[]), said)
        }
    }

    /// Keys that are numbers, where serde cannot read them back.
    pub mod numbers_for_keys {
        use crate::shapes::prelude::*;

        #[model]
        #[serde(tag = "t")]
        pub enum T {
            A { m: BTreeMap<u32, bool> },
            B(Inner),
        }
        #[model]
        pub struct Inner {
            deep: Vec<Deep>,
        }
        #[model]
        pub struct Deep {
            k: BTreeMap<bool, u8>,
            ok: BTreeMap<String, u8>,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › m: its keys are numbers or booleans, which serde cannot read back"##,
                r##"c:e › deep[] › k: its keys are numbers or booleans"##,
            ];
            (Case::of::<T>("numbers-for-keys", &[], &[], &[]), said)
        }
    }
}

/// Every shape.
pub(crate) fn all() -> Vec<Case> {
    vec![
        internal_every_kind::case(),
        internal_two_directions::case(),
        adjacent_within::case(),
        adjacent_optional_content::case(),
        adjacent_closed::case(),
        external_mixed::case(),
        external_option::case(),
        external_renamed::case(),
        untagged_every_kind::case(),
        untagged_within::case(),
        untagged_variant_inside::case(),
        untagged_variant_outside::case(),
        recursive_enum::case(),
        mutual_recursion::case(),
        rename_everywhere::case(),
        rename_in_variants::case(),
        skipped_variants::case(),
        skipped_fields::case(),
        container_default::case(),
        transparent_option::case(),
        transparent_with_skip::case(),
        through_text::case(),
        read_through_another::case(),
        written_through_another::case(),
        flatten_map_by_word::case(),
        flatten_external::case(),
        flatten_words::case(),
        flatten_adjacent::case(),
        flatten_untagged::case(),
        flatten_generic_enum::case(),
        flatten_levels::case(),
        flatten_two_enums::case(),
        flatten_option_with_default::case(),
        flatten_option_beside_map::case(),
        flatten_left_out::case(),
        flatten_in_variant::case(),
        flatten_in_outside_variant::case(),
        flatten_closed::case(),
        flatten_closed_inner::case(),
        flatten_any::case(),
        flatten_boxed::case(),
        flatten_name_taken::case(),
        arrays::case(),
        keys::case(),
        keys_open::case(),
        pointers::case(),
        collections::case(),
        std_types::case(),
        option_of_option::case(),
        option_by_function::case(),
        units::case(),
        struct_with_tag::case(),
        struct_with_tag_flattened::case(),
        other_inside::case(),
        other_beside::case(),
        other_mixed::case(),
        aliases::case(),
        empty_enum::case(),
        one_name_in_generics::case(),
        names_of_typescript::case(),
        members_of_typescript::case(),
        hostile_words::case(),
        generics::case(),
        generic_enums::case(),
        inside_holds_enums::case(),
        inside_closed::case(),
        nested_tags::case(),
        tuples_with_skips::case(),
        deep_options::case(),
        declared_order::case(),
        remote_codecs::case(),
        event_is_an_enum_of_words::case(),
        event_is_a_list::case(),
        event_is_a_map::case(),
    ]
}

/// Every shape that is refused, with what is said of it.
pub(crate) fn all_refused() -> Vec<(Case, &'static [&'static str])> {
    use refused::*;
    vec![
        two_maps::case(),
        greedy_map::case(),
        optional_enum::case(),
        repeated_name::case(),
        repeated_tag::case(),
        tagged_scalars::case(),
        repeated_tag_inside::case(),
        keys::case(),
        flattened_values::case(),
        numbers_for_keys::case(),
    ]
}
