//! Keeps every rule; each twin is called after the rule that its sister in `failing.rs` breaks.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    /// Says who may read and send.
    channel no_scope { subscribe = "rules:read", publish = none }
    /// Has a doc comment.
    channel no_description { subscribe = public, publish = public }
    /// The rules of events and types.
    channel rules { subscribe = public, publish = public }
}

/// It has a doc comment.
#[event(channel = "rules", name = "no-description", example = r#"{"a": 1}"#)]
pub struct NoDescription {
    pub a: u32,
}

/// It has an example.
#[event(channel = "rules", name = "no-example", example = r#"{"a": 1}"#)]
pub struct NoExample {
    pub a: u32,
}

/// It holds an integer that JavaScript can hold.
#[event(channel = "rules", name = "unsafe-integer", example = r#"{"a": 1}"#)]
pub struct UnsafeInteger {
    pub a: u32,
}

/// One of two, and `type` says which.
#[model]
#[serde(tag = "type")]
pub enum Loose {
    A { a: bool },
    B { b: bool },
}

/// Clients send something tagged.
#[event(channel = "rules", name = "untagged-input", direction = "both", example = r#"{"a": {"type": "B", "b": true}}"#)]
pub struct UntaggedInput {
    pub a: Loose,
}

/// One of two, and `type` says which.
#[model]
#[serde(tag = "type")]
pub enum Outside {
    A { a: bool },
    B { b: bool },
}

/// Clients can `switch` over it.
#[event(channel = "rules", name = "external-tag", example = r#"{"a": {"type": "A", "a": true}}"#)]
pub struct ExternalTag {
    pub a: Outside,
}

/// Says what to use instead.
#[event(channel = "rules", name = "deprecated-without-successor", example = r#"{"a": 1}"#)]
#[deprecated(note = "use `rules:no-example`")]
pub struct Deprecated {
    pub a: u32,
}

pub mod first {
    /// The first of two.
    #[pubsub_runtime::model]
    pub struct FirstItem {
        pub a: u32,
    }
}

pub mod second {
    /// The second of two.
    #[pubsub_runtime::model]
    pub struct SecondItem {
        pub b: u32,
    }
}

/// Uses both types, whose names differ.
#[event(channel = "rules", name = "colliding-type-names", example = r#"{"a": {"a": 1}, "b": {"b": 1}}"#)]
pub struct Colliding {
    pub a: first::FirstItem,
    pub b: second::SecondItem,
}
