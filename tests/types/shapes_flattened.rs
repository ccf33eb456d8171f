//! Members of one type put into another, where maps, tags and enums meet: shapes with which the types once lied.

#![allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unused_imports,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "shapes as users write them"
)]

use super::case::Case;

mod prelude {
    pub use std::{collections::*, num::*};

    pub use pubsub_runtime::model;
    pub use serde::*;
    pub use serde_json::{Value, json};

    pub(crate) use crate::case::Case;
}

/// Variants around named types that hold a map, and around maps of anything but text.
pub mod maps_in_variants {
    use super::prelude::*;

    #[model]
    #[serde(tag = "type")]
    pub enum T {
        Struct(Inner),
        Newtype(Named),
        Inline(HashMap<String, Option<u8>>),
        Words(BTreeMap<Key, u8>),
        None,
    }
    #[model]
    pub struct Inner {
        n: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }
    #[model]
    pub struct Named(BTreeMap<String, u8>);
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Key {
        X,
        Y,
    }

    pub(crate) fn case() -> Case {
        let inner = Inner {
            n: 1,
            rest: [("k".to_owned(), true)].into(),
        };
        Case::of::<T>(
            "maps-in-variants",
            &[
                T::Struct(inner),
                T::Newtype(Named([("k".to_owned(), 1)].into())),
                T::Inline([("a".to_owned(), None)].into()),
                T::Words([(Key::X, 1)].into()),
                T::None,
            ],
            &[r##"{"n":1}"##, r##"{"type":"Words","X":"a"}"##],
            &[
                r##"{"type":"Struct","n":1,"k":true}"##,
                r##"{"type":"Struct","k":true}"##,
                r##"{"type":"Newtype","k":1}"##,
                r##"{"type":"Inline","a":1,"b":null}"##,
                r##"{"type":"Words","X":1}"##,
                r##"{"type":"Words","Z":1}"##,
            ],
        )
    }
}

/// A flattened struct with a default: serde asks for its members all the same.
pub mod flattened_default {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten, default)]
        meta: Meta,
    }
    #[model]
    #[derive(Default)]
    pub struct Meta {
        by: String,
        note: Option<String>,
    }

    pub(crate) fn case() -> Case {
        let meta = Meta {
            by: "x".into(),
            note: None,
        };
        Case::of::<T>(
            "flattened-default",
            &[T { id: 1, meta }],
            &[r##"{"id":1}"##],
            &[r##"{"id":1}"##, r##"{"id":1,"by":"x"}"##, r##"{"by":"x"}"##],
        )
    }
}

/// Maps among the members of what is flattened have to leave room for the struct's own.
pub mod maps_in_alternatives {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: String,
        #[serde(flatten)]
        kind: Kind,
    }
    #[model]
    #[serde(tag = "kind")]
    pub enum Kind {
        A {
            #[serde(flatten)]
            rest: BTreeMap<String, bool>,
        },
        B,
    }

    pub(crate) fn case() -> Case {
        let rest = [("k".to_owned(), true)].into();
        Case::of::<T>(
            "maps-in-alternatives",
            &[
                T {
                    id: "x".into(),
                    kind: Kind::A { rest },
                },
                T {
                    id: "x".into(),
                    kind: Kind::B,
                },
            ],
            &[r##"{"id":"x"}"##],
            &[
                r##"{"id":"x","kind":"A","k":true}"##,
                r##"{"id":"x","kind":"A","k":[]}"##,
                r##"{"id":"x","kind":"B"}"##,
                r##"{"kind":"B"}"##,
            ],
        )
    }
}

/// As before, where the members are one of several without a tag.
pub mod maps_in_untagged {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: String,
        #[serde(flatten)]
        part: Part,
    }
    #[model]
    #[serde(untagged)]
    pub enum Part {
        A { a: u8 },
        M(BTreeMap<String, bool>),
    }

    pub(crate) fn case() -> Case {
        let part = Part::M([("k".to_owned(), true)].into());
        let values = [part, Part::A { a: 1 }].map(|part| T {
            id: "x".into(),
            part,
        });
        Case::of::<T>(
            "maps-in-untagged",
            &values,
            &[r##"{"k":true}"##],
            &[
                r##"{"id":"x","k":true}"##,
                r##"{"id":"x","a":1}"##,
                r##"{"id":"x"}"##,
                r##"{"id":"x","k":[]}"##,
            ],
        )
    }
}

/// Whatever else is sent for the tag of a flattened enum.
pub mod flattened_other {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        kind: Kind,
    }
    #[model]
    #[serde(tag = "kind")]
    pub enum Kind {
        A {
            x: u8,
        },
        #[serde(other)]
        Else,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flattened-other",
            &[
                T {
                    id: 1,
                    kind: Kind::A { x: 1 },
                },
                T {
                    id: 1,
                    kind: Kind::Else,
                },
            ],
            &[r##"{"id":1,"kind":"zz"}"##],
            &[
                r##"{"id":1,"kind":"zz"}"##,
                r##"{"id":1,"kind":"A","x":1}"##,
                r##"{"id":1}"##,
                r##"{"kind":"zz"}"##,
            ],
        )
    }
}

/// A flattened map by words: serde takes no other member.
pub mod flattened_words {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        counts: BTreeMap<Kind, u8>,
    }
    #[model]
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    pub enum Kind {
        /// One.
        X,
        /// Another.
        Y,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flattened-words",
            &[T {
                id: 1,
                counts: BTreeMap::from([(Kind::X, 2)]),
            }],
            &[],
            &[
                r##"{"id":1}"##,
                r##"{"id":1,"Y":3}"##,
                r##"{"id":1,"Z":3}"##,
                r##"{"id":1,"X":"3"}"##,
            ],
        )
    }
}

/// Any JSON, flattened.
pub mod flattened_value {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        /// What else is known.
        #[serde(flatten)]
        more: Value,
    }

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "flattened-value",
            &[T {
                id: 1,
                more: json!({ "a": [1] }),
            }],
            &[r##"{"a":1}"##],
            &[r##"{"id":1,"a":[1],"b":null}"##, r##"{"a":1}"##],
        )
    }
}

/// A map of one type after an enum whose members serde takes away: one without a tag, and one with its content beside it.
pub mod map_after_enums {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: String,
        #[serde(flatten)]
        outside: Outside,
        #[serde(flatten)]
        beside: Beside,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }
    #[model]
    pub enum Outside {
        A(u8),
        B { b: String },
    }
    #[model]
    #[serde(tag = "t", content = "c")]
    pub enum Beside {
        X(u8),
        Y,
    }

    pub(crate) fn case() -> Case {
        let rest = BTreeMap::from([("k".to_owned(), true)]);
        let value = |outside, beside| T {
            id: "x".into(),
            outside,
            beside,
            rest: rest.clone(),
        };
        Case::of::<T>(
            "map-after-enums",
            &[
                value(Outside::A(1), Beside::X(1)),
                value(Outside::B { b: "b".into() }, Beside::Y),
            ],
            &[r##"{"id":"x","A":1,"k":true}"##],
            &[
                r##"{"id":"x","A":1,"t":"X","c":1,"k":true}"##,
                r##"{"id":"x","B":{"b":"b"},"t":"Y"}"##,
                r##"{"id":"x","A":1,"t":"X","k":true}"##,
                r##"{"id":"x","t":"Y","k":true}"##,
                r##"{"id":"x","A":1,"t":"Y","k":[]}"##,
            ],
        )
    }
}

/// A map before what has no members.
pub mod map_before_nothing {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        rest: Option<BTreeMap<String, u8>>,
        #[serde(flatten)]
        unit: Unit,
        #[serde(flatten)]
        of: std::marker::PhantomData<u8>,
    }
    #[model]
    pub struct Unit;

    pub(crate) fn case() -> Case {
        Case::of::<T>(
            "map-before-nothing",
            &[T {
                id: 1,
                rest: Some([("a".to_owned(), 2)].into()),
                unit: Unit,
                of: std::marker::PhantomData,
            }],
            &[r##"{"a":1}"##],
            &[r##"{"id":1,"a":2}"##, r##"{"a":2}"##],
        )
    }
}

/// Words beside all text, numbers that are never zero, sets.
pub mod limits {
    use super::prelude::*;

    #[model]
    pub struct T {
        color: Color,
        number: NonZeroI32,
        set: BTreeSet<String>,
        far: Option<NonZeroIsize>,
    }
    #[model]
    pub enum Color {
        Red,
        #[serde(untagged)]
        Custom(String),
    }

    pub(crate) fn case() -> Case {
        let value = |color| T {
            color,
            number: NonZero::new(-1).unwrap(),
            set: ["a".to_owned()].into(),
            far: NonZero::new(1),
        };
        Case::of::<T>(
            "limits",
            &[value(Color::Red), value(Color::Custom("x".into()))],
            &[r##"{"color":"Red","number":"1","set":[],"far":null}"##],
            &[
                r##"{"color":"Red","number":1,"set":["a","a"]}"##,
                r##"{"color":"x","number":-1,"set":[],"far":null}"##,
                r##"{"color":1,"number":-1,"set":[]}"##,
            ],
        )
    }
}

/// Shapes whose truth no client type can say, or that serde itself cannot carry.
pub mod refused {
    use super::Case;

    /// The tag of a variant is written again: by what it holds, by what that flattens, by its own tag.
    pub mod tag_again {
        use crate::shapes_flattened::prelude::*;

        #[model]
        pub struct T {
            enums: Enums,
            structs: Structs,
            deep: Deep,
            flat: Flat,
            own: Own,
        }
        #[model]
        #[serde(tag = "x")]
        pub struct Own {
            x: u8,
            y: u8,
        }
        #[model]
        #[serde(tag = "type")]
        pub enum Enums {
            N(SubEnum),
            Z { z: u8 },
        }
        #[model]
        #[serde(tag = "type")]
        pub enum SubEnum {
            X { x: u8 },
            Y,
        }
        #[model]
        #[serde(tag = "type")]
        pub enum Structs {
            N(SubStruct),
            Z { z: u8 },
        }
        #[model]
        #[serde(tag = "type")]
        pub struct SubStruct {
            x: u8,
        }
        #[model]
        #[serde(tag = "type")]
        pub enum Deep {
            N(SubDeep),
            Z { z: u8 },
        }
        #[model]
        pub struct SubDeep {
            x: u8,
            #[serde(flatten)]
            more: More,
        }
        #[model]
        pub struct More {
            r#type: String,
        }
        #[model]
        #[serde(tag = "type")]
        pub enum Flat {
            N {
                x: u8,
                #[serde(flatten)]
                more: More,
            },
            Z,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › enums › N: `type` is written twice: as the tag, and by what variant `N` holds"##,
                r##"c:e › structs › N: `type` is written twice: as the tag, and by what variant `N` holds"##,
                r##"c:e › deep › N: `type` is written twice: as the tag, and by what variant `N` holds"##,
                r##"c:e › own › x: `x` is written twice: as the tag of its struct, and as a field"##,
                r##"c:e › flat › N › more: `type` is written twice: by the struct, and by what is flattened into it"##,
            ];
            (Case::of::<T>("tag-again", &[], &[], &[]), said)
        }
    }

    /// A map that takes what belongs to others.
    pub mod map_first {
        use crate::shapes_flattened::prelude::*;

        #[model]
        pub struct T {
            first: First,
            tagged: Tagged,
            closed: Closed,
            any: Any,
            words: Words,
            within: Within,
        }
        #[model]
        pub struct Words {
            #[serde(flatten)]
            kind: Kind,
            #[serde(flatten)]
            flags: BTreeMap<Key, bool>,
        }
        #[model]
        #[derive(PartialEq, Eq, PartialOrd, Ord)]
        pub enum Key {
            X,
            Y,
        }
        #[model]
        pub struct Within {
            #[serde(flatten)]
            outer: Outer,
            #[serde(flatten)]
            flags: BTreeMap<String, bool>,
        }
        #[model]
        pub struct Outer {
            n: u8,
            #[serde(flatten)]
            meta: Meta,
        }
        #[model]
        pub struct First {
            id: u8,
            #[serde(flatten)]
            rest: BTreeMap<String, Value>,
            #[serde(flatten)]
            meta: Meta,
        }
        #[model]
        pub struct Meta {
            by: String,
        }
        #[model]
        #[serde(tag = "t")]
        pub struct Tagged {
            id: u8,
            #[serde(flatten)]
            rest: BTreeMap<String, u8>,
        }
        #[model]
        #[serde(deny_unknown_fields)]
        pub struct Closed {
            id: u8,
            #[serde(flatten)]
            kind: Kind,
        }
        #[model]
        #[serde(tag = "kind")]
        pub enum Kind {
            A { a: u8 },
            B,
        }
        #[model]
        #[serde(untagged)]
        pub enum Any {
            Map(BTreeMap<u32, bool>),
            Nil,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › first › rest: the flattened map is given the members of `meta` too when serde reads them, as it comes first; put the map last, or make it a field of its own"##,
                r##"c:e › tagged › rest: the flattened map is given the tag `t` of its struct too when serde reads it"##,
                r##"c:e › closed › kind: `deny_unknown_fields` refuses what is flattened here"##,
                r##"c:e › words › flags: the flattened map is given the members of `kind` too when serde reads them, and refuses them"##,
                r##"c:e › within › flags: the flattened map is given the members of `outer` too when serde reads them, and refuses them"##,
                r##"c:e › any: its keys are numbers or booleans, which serde cannot read back"##,
            ];
            (Case::of::<T>("map-first", &[], &[], &[]), said)
        }
    }

    /// An enum that knows all its members is given those of others.
    pub mod members_of_others {
        use crate::shapes_flattened::prelude::*;

        #[model]
        pub struct T {
            later: Later,
            map: Map,
            tagged: Tagged,
        }
        #[model]
        pub struct Later {
            id: u8,
            #[serde(flatten)]
            kind: Kind,
            #[serde(flatten)]
            meta: Meta,
        }
        #[model]
        #[serde(tag = "kind", deny_unknown_fields)]
        pub enum Kind {
            A { a: u8 },
            B { b: u8 },
        }
        #[model]
        pub struct Meta {
            by: String,
        }
        #[model]
        pub struct Map {
            #[serde(flatten)]
            of: Any,
            #[serde(flatten)]
            rest: BTreeMap<String, Value>,
        }
        #[model]
        #[serde(untagged)]
        pub enum Any {
            A(Closed),
            B { b: u8 },
        }
        #[model]
        #[serde(deny_unknown_fields)]
        pub struct Closed {
            a: u8,
        }
        #[model]
        #[serde(tag = "t")]
        pub struct Tagged {
            id: u8,
            #[serde(flatten)]
            kind: Kind,
        }

        pub(crate) fn case() -> (Case, &'static [&'static str]) {
            let said: &[&str] = &[
                r##"c:e › later › kind: it refuses members that it does not know, and serde gives it those of `meta` too; put it last, or take away its `deny_unknown_fields`, or the unit struct that a variant holds, or make it a field of its own"##,
                r##"c:e › map › of: it refuses members that it does not know, and serde gives it those of `rest` too; take away its `deny_unknown_fields`, or the unit struct that a variant holds, or make it a field of its own"##,
                r##"c:e › tagged › kind: it refuses members that it does not know, and serde gives it the tag `t` of its struct too"##,
            ];
            (Case::of::<T>("members-of-others", &[], &[], &[]), said)
        }
    }
}

/// Flattened enums that know all their members, and a variant that holds nothing.
pub mod flattened_closed {
    use super::prelude::*;

    #[model]
    pub struct T {
        id: u8,
        #[serde(flatten)]
        meta: Meta,
        #[serde(flatten)]
        kind: Kind,
        any: Other,
        unit: Inside,
    }
    #[model]
    pub struct Meta {
        by: String,
    }
    #[model]
    #[serde(tag = "kind", deny_unknown_fields)]
    pub enum Kind {
        A { a: u8 },
        B { b: Option<u8> },
    }
    #[model]
    pub struct Other {
        n: u8,
        #[serde(flatten)]
        of: Any,
    }
    #[model]
    #[serde(untagged)]
    pub enum Any {
        X(X),
        Y(Y),
    }
    #[model]
    #[serde(deny_unknown_fields)]
    pub struct X {
        x: u8,
    }
    #[model]
    #[serde(deny_unknown_fields)]
    pub struct Y {
        y: u8,
    }
    #[model]
    #[serde(tag = "t")]
    pub enum Inside {
        Holds(Nothing),
        Other { o: u8 },
    }
    #[model]
    pub struct Nothing;

    pub(crate) fn case() -> Case {
        let of = |kind, of, unit| T {
            id: 1,
            meta: Meta { by: "x".into() },
            kind,
            any: Other { n: 1, of },
            unit,
        };
        Case::of::<T>(
            "flattened-closed",
            &[
                of(Kind::A { a: 1 }, Any::X(X { x: 1 }), Inside::Holds(Nothing)),
                of(
                    Kind::B { b: None },
                    Any::Y(Y { y: 1 }),
                    Inside::Other { o: 1 },
                ),
            ],
            &[r##"{"id":1,"by":"x","any":{"n":1,"x":1},"unit":{"t":"Holds"}}"##],
            &[
                r##"{"id":1,"by":"x","kind":"A","a":1,"any":{"n":1,"x":1},"unit":{"t":"Holds"}}"##,
                r##"{"id":1,"by":"x","kind":"B","any":{"n":1,"y":1},"unit":{"t":"Other","o":1}}"##,
                r##"{"id":1,"by":"x","kind":"A","a":1,"z":1,"any":{"n":1,"x":1},"unit":{"t":"Holds"}}"##,
                r##"{"id":1,"by":"x","kind":"A","a":1,"any":{"n":1,"x":1,"z":1},"unit":{"t":"Holds"}}"##,
                r##"{"id":1,"by":"x","kind":"A","a":1,"any":{"n":1,"x":1},"unit":{"t":"Holds","z":1}}"##,
            ],
        )
    }
}

/// Every shape.
pub(crate) fn all() -> Vec<Case> {
    vec![
        maps_in_variants::case(),
        flattened_default::case(),
        maps_in_alternatives::case(),
        maps_in_untagged::case(),
        flattened_other::case(),
        flattened_value::case(),
        flattened_words::case(),
        map_before_nothing::case(),
        map_after_enums::case(),
        limits::case(),
        flattened_closed::case(),
    ]
}

/// Every shape that is refused, with what is said of it.
pub(crate) fn all_refused() -> Vec<(Case, &'static [&'static str])> {
    vec![
        refused::tag_again::case(),
        refused::map_first::case(),
        refused::members_of_others::case(),
    ]
}
