//! Further shapes of serde, about what the attributes say of them: who leaves out what, and what may be missing.
//!
//! serde itself says what is written and what is taken; the compilers say what fits.

#![allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "shapes as users write them"
)]

use super::case::Case;

mod prelude {
    pub use std::collections::*;

    pub use pubsub_runtime::model;
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) use crate::case::Case;
}

/// serde leaves out members; what stands alone is no member.
pub mod none_alone {
    use super::prelude::*;

    #[model]
    pub struct T {
        new: New,
        through: Through,
        outside: Vec<Outside>,
        beside: Vec<Beside>,
        nowhere: Nowhere,
    }
    #[model]
    pub struct New(#[serde(skip_serializing_if = "Option::is_none")] Option<u8>);
    #[model]
    #[serde(transparent)]
    pub struct Through {
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<u8>,
    }
    #[model]
    pub enum Outside {
        A(#[serde(skip_serializing_if = "Option::is_none")] Option<u8>),
        B,
    }
    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum Beside {
        A(#[serde(skip_serializing_if = "Option::is_none")] Option<u8>),
        B,
        C {
            #[serde(skip_serializing_if = "Option::is_none")]
            n: Option<u8>,
        },
    }
    #[model]
    #[serde(untagged)]
    pub enum Nowhere {
        A(#[serde(skip_serializing_if = "Option::is_none")] Option<u8>),
    }

    pub(crate) fn case() -> Case {
        let of = |value: Option<u8>| T {
            new: New(value),
            through: Through { value },
            outside: vec![Outside::A(value), Outside::B],
            beside: vec![Beside::A(value), Beside::B, Beside::C { n: value }],
            nowhere: Nowhere::A(value),
        };
        Case::of::<T>(
            "none-alone",
            &[of(None), of(Some(1))],
            &[
                r##"{"new":null,"through":null,"outside":[],"beside":[{"t":"C","c":{"n":null}}],"nowhere":null}"##,
                r##"{"through":null,"outside":[],"beside":[],"nowhere":null}"##,
            ],
            &[
                r##"{"new":null,"through":null,"outside":[{"A":null}],"beside":[{"t":"A","c":null}],"nowhere":null}"##,
                r##"{"new":1,"outside":[],"beside":[{"t":"A"}],"nowhere":1}"##,
                r##"{"new":"1","outside":[],"beside":[],"nowhere":1}"##,
            ],
        )
    }
}

/// `is_none` of an `Option`, and one that only looks like it.
pub mod none_by_name {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[serde(skip_serializing_if = "Option::<u8>::is_none")]
        a: Option<u8>,
        #[serde(skip_serializing_if = "::core::option::Option::is_none")]
        b: Option<u8>,
        #[serde(skip_serializing_if = "OptionExt::is_none")]
        c: Option<u8>,
    }
    trait OptionExt {
        fn is_none(&self) -> bool;
    }
    impl OptionExt for Option<u8> {
        fn is_none(&self) -> bool {
            *self == Some(0)
        }
    }

    pub(crate) fn case() -> Case {
        let of = |value: Option<u8>| T {
            a: value,
            b: value,
            c: value,
        };
        Case::of::<T>(
            "none-by-name",
            &[of(None), of(Some(0)), of(Some(1))],
            &[r##"{"a":null,"c":null}"##, r##"{"b":null,"c":null}"##],
            &[r##"{}"##, r##"{"a":null,"b":null,"c":null}"##],
        )
    }
}

/// What a function reads must be there, under whatever name an `Option` goes.
pub mod read_by_function {
    use super::prelude::*;

    #[model]
    pub struct T {
        #[model(redact)]
        boxed: Box<Option<String>>,
        #[model(redact)]
        named: Maybe,
        #[model(redact)]
        note: Note,
        #[model(redact)]
        plain: Option<String>,
        #[serde(deserialize_with = "read", default)]
        #[schemars(with = "Maybe")]
        given: Maybe,
        #[serde(deserialize_with = "read")]
        #[schemars(with = "Maybe")]
        asked: Maybe,
    }
    type Maybe = Option<String>;
    #[model]
    #[serde(transparent)]
    pub struct Note(Option<String>);
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Maybe, D::Error> {
        Maybe::deserialize(deserializer)
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "read-by-function",
            &[T {
                boxed: Box::new(None),
                named: None,
                note: Note(None),
                plain: None,
                given: None,
                asked: None,
            }],
            &[],
            &[
                r##"{"boxed":null,"named":null,"note":null,"asked":null}"##,
                r##"{"named":null,"note":null,"asked":null}"##,
                r##"{"boxed":null,"note":null,"asked":null}"##,
                r##"{"boxed":null,"named":null,"asked":null}"##,
                r##"{"boxed":null,"named":null,"note":null}"##,
            ],
        )
    }
}

/// What a variant holds beside its tag may be missing if its own type may be, whoever reads it.
pub mod content_read_by_function {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum T {
        Int(#[model(int = "string")] Option<u64>),
        Secret(#[model(redact)] Option<String>),
        Boxed(#[model(redact)] Box<Option<String>>),
        Read(
            #[serde(deserialize_with = "read")]
            #[schemars(with = "Option<String>")]
            Option<String>,
        ),
        Strange(
            #[serde(deserialize_with = "strange", serialize_with = "written")]
            #[schemars(with = "Option<String>")]
            Strange,
        ),
        Full(#[model(redact)] String),
    }
    pub struct Strange(Option<String>);
    impl<'de> Deserialize<'de> for Strange {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer).map(|text| Self(Some(text)))
        }
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        Option::deserialize(deserializer)
    }
    fn strange<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Strange, D::Error> {
        Option::deserialize(deserializer).map(Strange)
    }
    fn written<S: Serializer>(strange: &Strange, serializer: S) -> Result<S::Ok, S::Error> {
        strange.0.serialize(serializer)
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "content-read-by-function",
            &[
                T::Int(None),
                T::Int(Some(1)),
                T::Secret(None),
                T::Boxed(Box::new(None)),
                T::Strange(Strange(None)),
            ],
            &[r##"{"t":"Int"}"##],
            &[
                r##"{"t":"Int"}"##,
                r##"{"t":"Int","c":"1"}"##,
                r##"{"t":"Secret"}"##,
                r##"{"t":"Boxed"}"##,
                r##"{"t":"Read"}"##,
                r##"{"t":"Strange"}"##,
                r##"{"t":"Strange","c":null}"##,
                r##"{"t":"Full"}"##,
            ],
        )
    }
}

/// Maps by words inside a variant that has its tag among their members.
pub mod keyed_content {
    use super::prelude::*;

    #[model]
    #[serde(tag = "t")]
    pub enum T {
        A(BTreeMap<Word, u8>),
        B,
    }
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Word {
        X,
        Y,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "keyed-content",
            &[T::A([(Word::X, 1)].into()), T::A(BTreeMap::new()), T::B],
            &[r##"{"X":1}"##, r##"{"t":"A","Z":1}"##],
            &[
                r##"{"t":"A","X":1}"##,
                r##"{"t":"A"}"##,
                r##"{"X":1}"##,
                r##"{"t":"A","X":true}"##,
                r##"{"t":"B"}"##,
            ],
        )
    }
}

/// Maps that stand for a parameter with bounds.
pub mod bounded {
    use super::prelude::*;

    #[model]
    pub struct T {
        all: All<BTreeMap<Word, u8>>,
        page: Page<BTreeMap<Word, u8>>,
    }
    #[model]
    pub struct All<X: Clone + Default + PartialEq + Eq + PartialOrd + Ord + std::hash::Hash> {
        x: X,
    }
    #[model]
    #[serde(bound = "")]
    pub struct Page<X: Serialize + for<'a> Deserialize<'a> + Send + Sync + 'static> {
        items: Vec<X>,
    }
    #[model]
    #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Word {
        X,
        Y,
    }

    pub(crate) fn case() -> Case {
        let map = BTreeMap::from([(Word::X, 1)]);
        Case::of::<T>(
            "bounded",
            &[T {
                all: All { x: map.clone() },
                page: Page { items: vec![map] },
            }],
            &[r##"{"all":{"x":{"Z":1}},"page":{"items":[]}}"##],
            &[
                r##"{"all":{"x":{"X":1}},"page":{"items":[{"Y":2}]}}"##,
                r##"{"all":{"x":{"Z":1}},"page":{"items":[]}}"##,
            ],
        )
    }
}

/// Maps behind another name, and those that words on fields describe.
pub mod keys_unseen {
    use std::collections::BTreeMap as Renamed;

    use super::prelude::*;

    #[model]
    pub struct T {
        words: ByKind,
        wordless: Option<ByKind>,
        list: Vec<Renamed<Kind, u8>>,
        flags: Flags,
        texts: ByText,
        numbers: Renamed<u16, bool>,
        #[model(int = "string")]
        int: BTreeMap<Kind, u64>,
        #[model(int = "string")]
        by_id: BTreeMap<Id, u64>,
        #[serde(with = "as_is")]
        #[model(wire = "ByKind")]
        wire: BTreeMap<Kind, u8>,
    }
    type ByKind = BTreeMap<Kind, u8>;
    type ByText = BTreeMap<Id, BTreeMap<String, u8>>;
    type Flags = BTreeMap<bool, u8>;

    /// What is counted.
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
    pub enum Kind {
        /// One.
        X,
        /// Another.
        Y,
    }
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
    pub struct Id(String);
    mod as_is {
        use super::*;
        pub fn serialize<S: Serializer>(v: &BTreeMap<Kind, u8>, s: S) -> Result<S::Ok, S::Error> {
            v.serialize(s)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(
            d: D,
        ) -> Result<BTreeMap<Kind, u8>, D::Error> {
            BTreeMap::deserialize(d)
        }
    }

    pub(crate) fn case() -> Case {
        let counted = || BTreeMap::from([(Kind::X, 1)]);
        let id = || Id("a".to_owned());
        Case::of::<T>(
            "keys-unseen",
            &[T {
                words: counted(),
                wordless: Some(counted()),
                list: vec![counted()],
                flags: BTreeMap::from([(true, 1)]),
                texts: BTreeMap::from([(id(), BTreeMap::new())]),
                numbers: BTreeMap::from([(1, true)]),
                int: BTreeMap::from([(Kind::Y, 1)]),
                by_id: BTreeMap::from([(id(), 1)]),
                wire: counted(),
            }],
            &[],
            &[
                r##"{"words":{"X":1},"list":[{"Y":1}],"flags":{"false":0},"texts":{"a":{"b":1}},"numbers":{"1":true},"int":{"X":"1"},"by_id":{"a":"1"},"wire":{"Y":1}}"##,
                r##"{"words":{"Z":1},"list":[],"flags":{},"texts":{},"numbers":{},"int":{},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"wordless":{"Z":1},"list":[],"flags":{},"texts":{},"numbers":{},"int":{},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"list":[{"Z":1}],"flags":{},"texts":{},"numbers":{},"int":{},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"list":[],"flags":{"no":1},"texts":{},"numbers":{},"int":{},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"list":[],"flags":{},"texts":{},"numbers":{"a":true},"int":{},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"list":[],"flags":{},"texts":{},"numbers":{},"int":{"Z":"1"},"by_id":{},"wire":{}}"##,
                r##"{"words":{},"list":[],"flags":{},"texts":{},"numbers":{},"int":{},"by_id":{},"wire":{"Z":1}}"##,
            ],
        )
    }
}

/// Ids of what a marker names, which is never on the wire.
pub mod marked {
    use std::marker::PhantomData;

    use super::prelude::*;

    #[model]
    pub struct T {
        user: Id<User>,
        orders: Vec<Id<Order>>,
        of: Of<Order, u8>,
    }
    #[model]
    #[serde(transparent, bound = "")]
    pub struct Id<X> {
        id: String,
        #[serde(skip)]
        of: PhantomData<fn() -> X>,
    }
    #[model]
    #[serde(bound(deserialize = "Y: serde::Deserialize<'de>"))]
    pub struct Of<X, Y> {
        held: Y,
        #[serde(skip)]
        of: PhantomData<X>,
    }
    pub struct User;
    pub struct Order;

    pub(crate) fn case() -> Case {
        fn id<X>() -> Id<X> {
            Id {
                id: "a".to_owned(),
                of: PhantomData,
            }
        }
        Case::of::<T>(
            "marked",
            &[T {
                user: id(),
                orders: vec![id()],
                of: Of {
                    held: 1,
                    of: PhantomData,
                },
            }],
            &[],
            &[
                r##"{"user":"a","orders":["b"],"of":{"held":1}}"##,
                r##"{"user":1,"orders":[],"of":{"held":1}}"##,
                r##"{"user":"a","orders":[1],"of":{"held":1}}"##,
                r##"{"user":"a","orders":[],"of":{"held":"1"}}"##,
            ],
        )
    }
}

/// A default in a generic type, of which only serde knows the type.
pub mod generic_default {
    use super::prelude::*;

    #[model]
    pub struct T {
        page: Page<u8>,
    }
    #[model]
    pub struct Page<X> {
        #[serde(default = "none")]
        last: Option<X>,
        #[serde(default = "none", skip_serializing_if = "Option::is_none")]
        first: Option<X>,
        #[serde(default = "Vec::new")]
        items: Vec<X>,
        #[serde(default = "hundred")]
        size: u8,
    }
    fn none<X>() -> Option<X> {
        None
    }
    fn hundred() -> u8 {
        100
    }

    pub(crate) fn case() -> Case {
        let page = |items: Vec<u8>| Page {
            last: items.last().copied(),
            first: items.first().copied(),
            items,
            size: 1,
        };
        Case::of::<T>(
            "generic-default",
            &[
                T { page: page(vec![]) },
                T {
                    page: page(vec![1]),
                },
            ],
            &[
                r##"{"page":{"last":null,"first":null,"items":[],"size":1}}"##,
                r##"{"page":{"items":[],"size":1}}"##,
            ],
            &[
                r##"{"page":{}}"##,
                r##"{"page":{"last":"1"}}"##,
                r##"{"page":{"items":["1"]}}"##,
                r##"{"page":{"items":null}}"##,
            ],
        )
    }
}

/// JSON as text, where serde reads it.
pub mod raw {
    use serde_json::value::RawValue;

    use super::prelude::*;

    #[model]
    pub struct T {
        any: Raw,
        list: Option<Vec<Box<RawValue>>>,
        beside: Beside,
    }
    type Raw = Box<RawValue>;

    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum Beside {
        A { raw: Raw },
    }

    pub(crate) fn case() -> Case {
        let raw = || RawValue::from_string("[1]".to_owned()).unwrap();
        Case::of::<T>(
            "raw",
            &[T {
                any: raw(),
                list: Some(vec![raw()]),
                beside: Beside::A { raw: raw() },
            }],
            &[],
            &[
                r##"{"any":null,"beside":{"t":"A","c":{"raw":{"a":1}}}}"##,
                r##"{"beside":{"t":"A","c":{"raw":1}}}"##,
                r##"{"any":1,"list":1,"beside":{"t":"A","c":{"raw":1}}}"##,
            ],
        )
    }
}

pub mod refused {
    /// Keys that JSON cannot hold, or of which nothing is known, behind another name.
    pub mod keys_unseen {
        use crate::shapes_macros::prelude::*;

        #[model]
        pub struct T {
            pairs: Pairs,
            within: Vec<(u8, Pairs)>,
            deep: BTreeMap<String, Pairs>,
            derived: ByDerived,
            item: Item,
            #[model(int = "string")]
            int: BTreeMap<(u8, u8), u64>,
            #[serde(with = "as_is")]
            #[model(wire = "BTreeMap<(u8, u8), u8>")]
            wire: Pairs,
        }
        type Pairs = BTreeMap<(u8, u8), u8>;
        type ByDerived = BTreeMap<Derived, u8>;

        #[model]
        #[derive(PartialEq, Eq, PartialOrd, Ord)]
        #[serde(transparent)]
        pub struct Derived {
            text: String,
        }
        #[model]
        pub struct Item {
            id: u8,
            #[serde(skip)]
            nothing: u8,
            pairs: Option<Pairs>,
        }
        mod as_is {
            use super::*;
            pub fn serialize<S: Serializer>(v: &Pairs, s: S) -> Result<S::Ok, S::Error> {
                v.serialize(s)
            }
            pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Pairs, D::Error> {
                BTreeMap::deserialize(d)
            }
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › pairs: the keys of this map are lists, and JSON has only text there"##,
                r##"c:e › within: a map here has another name, behind which nobody sees what its keys, `(u8, u8)`, are in JSON; write the map out"##,
                r##"c:e › deep › [key]: the keys of this map are lists"##,
                r##"c:e › derived: a map here has another name, behind which nobody sees what its keys, "##,
                r##"c:e › item › pairs: the keys of this map are lists"##,
                r##"c:e › int: the keys of this map are lists"##,
                r##"c:e › wire: the keys of this map are lists"##,
            ];
            (Case::of::<T>("keys-unseen", &[], &[], &[]), said)
        }
    }

    /// JSON as text, where serde cannot read it back.
    pub mod raw {
        use serde_json::value::RawValue;

        use crate::shapes_macros::prelude::*;

        #[model]
        pub struct T {
            id: u8,
            fine: Box<RawValue>,
            beside: Beside,
            tagged: Tagged,
            untagged: Untagged,
            #[serde(flatten)]
            flat: Flat,
        }
        type Raw = Option<Box<RawValue>>;

        #[model]
        #[serde(tag = "t", content = "c")]
        pub enum Beside {
            A(Raw),
            B { raw: Raw },
        }
        #[model]
        #[serde(tag = "t")]
        pub enum Tagged {
            A { list: Vec<Raw> },
        }
        #[model]
        #[serde(untagged)]
        pub enum Untagged {
            A { raw: Box<RawValue> },
        }
        #[model]
        pub struct Flat {
            raw: Raw,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › tagged › list: it is a `RawValue`, which serde cannot read inside something flattened, untagged or internally tagged; write `serde_json::Value`"##,
                r##"c:e › untagged › raw: it is a `RawValue`"##,
                r##"c:e › flat › raw: it is a `RawValue`"##,
            ];
            (Case::of::<T>("raw", &[], &[], &[]), said)
        }
    }
}

/// Every shape that is refused, with what is said of it.
pub(crate) fn all_refused() -> Vec<(Case, &'static [&'static str])> {
    vec![refused::keys_unseen::case(), refused::raw::case()]
}

/// Every shape.
pub(crate) fn all() -> Vec<Case> {
    vec![
        none_alone::case(),
        none_by_name::case(),
        read_by_function::case(),
        content_read_by_function::case(),
        keyed_content::case(),
        bounded::case(),
        keys_unseen::case(),
        raw::case(),
        marked::case(),
        generic_default::case(),
    ]
}
