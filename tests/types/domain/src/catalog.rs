//! Recursion, a map, any JSON, and text that would end a comment.

use std::collections::BTreeMap;

use pubsub_runtime::{event, model};

/// A category changed. */ export const x = 1; /*
#[event(channel = "catalog", direction = "both")]
#[deprecated(note = "send a level instead")]
#[derive(Debug)]
pub struct Category {
    /// What it is called.
    pub name: String,
    /// The categories below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
    /// Its name in other languages.
    pub labels: BTreeMap<String, Option<String>>,
    /// Whatever the shop adds.
    pub extra: serde_json::Value,
}

/// A category below another.
#[model]
#[derive(Debug)]
pub struct Node {
    /// What it is called.
    pub name: String,
    /// The categories below.
    pub children: Vec<Self>,
    /// What is in it.
    pub first: Option<part::Item>,
}

/// A category was looked at.
#[event(channel = "catalog")]
#[derive(Debug)]
pub struct CatalogSeen {
    /// How often.
    #[event(filter)]
    pub times: u32,
    /// What was seen.
    pub item: Item,
    /// How it was ordered.
    pub order: Page<Item>,
}

/// Something for sale.
#[model]
#[derive(Debug)]
pub struct Item {
    /// What.
    pub sku: String,
    #[allow(
        missing_docs,
        reason = "a word that is reserved in TypeScript, and no identifier"
    )]
    #[serde(rename = "delete-me")]
    pub class: Option<bool>,
}

/// A part of a list.
#[model]
#[derive(Debug)]
pub struct Page<X> {
    /// The part.
    pub items: Vec<X>,
    /// Where the next begins.
    pub next: Option<String>,
}

/// Another module, with a type of the same name.
pub mod part {
    use pubsub_runtime::model;

    /// A part of something for sale.
    #[model]
    #[derive(Debug)]
    pub struct Item {
        /// Which.
        pub number: u8,
    }
}
