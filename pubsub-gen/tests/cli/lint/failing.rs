//! Breaks each rule once; what is broken is called after the rule.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    /// Does not say who may read or send.
    channel no_scope { }
    channel no_description { subscribe = public, publish = public }
    /// The rules of events and types.
    channel rules { subscribe = public, publish = public }
}

#[event(channel = "rules", name = "no-description", example = r#"{"a": 1}"#)]
pub struct NoDescription {
    pub a: u32,
}

/// It has no example.
#[event(channel = "rules", name = "no-example")]
pub struct NoExample {
    pub a: u32,
}

/// It holds a 64-bit integer.
#[event(channel = "rules", name = "unsafe-integer", example = r#"{"a": 1}"#)]
pub struct UnsafeInteger {
    pub a: u64,
}

/// One of two, and nothing says which.
#[model]
#[serde(untagged)]
pub enum Loose {
    A { a: bool },
    B { b: bool },
}

/// Clients send something untagged.
#[event(channel = "rules", name = "untagged-input", direction = "both", example = r#"{"a": {"b": true}}"#)]
pub struct UntaggedInput {
    pub a: Loose,
}

/// One of two, by the name of a member.
#[model]
pub enum Outside {
    A { a: bool },
    B { b: bool },
}

/// Clients cannot `switch` over it.
#[event(channel = "rules", name = "external-tag", example = r#"{"a": {"A": {"a": true}}}"#)]
pub struct ExternalTag {
    pub a: Outside,
}

/// Says nothing of what to use instead.
#[event(channel = "rules", name = "deprecated-without-successor", example = r#"{"a": 1}"#)]
#[deprecated(note = "it is old")]
pub struct Deprecated {
    pub a: u32,
}

pub mod first {
    /// The first of two.
    #[pubsub_runtime::model]
    pub struct Item {
        pub a: u32,
    }
}

pub mod second {
    /// The second of two.
    #[pubsub_runtime::model]
    pub struct Item {
        pub b: u32,
    }
}

/// Uses both types that are called `Item`.
#[event(channel = "rules", name = "colliding-type-names", example = r#"{"a": {"a": 1}, "b": {"b": 1}}"#)]
pub struct Colliding {
    pub a: first::Item,
    pub b: second::Item,
}
