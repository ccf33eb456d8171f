//! Compiles, and would fail or lie at run time: the generator refuses it.

use std::collections::BTreeMap;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel row_24 { }
    channel row_25 { }
    channel row_26 { }
}

//~ two flattened maps compete for the same keys
#[event(channel = "row_24", name = "two-maps")]
pub struct TwoMaps {
    #[serde(flatten)]
    pub names: BTreeMap<String, String>,
    #[serde(flatten)]
    pub counts: BTreeMap<String, u32>,
}

#[model]
#[serde(tag = "kind")]
pub enum Payment {
    Card { number: String },
    Cash { amount: u32 },
}

//~ a flattened `Option` of an enum leaves no trace of what is missing
#[event(channel = "row_24", name = "maybe-enum")]
pub struct MaybePaid {
    #[serde(flatten)]
    pub payment: Option<Payment>,
}

#[model]
#[serde(tag = "type")]
pub enum Measure {
    //~ variant `Count(u32)` cannot be internally tagged
    Count(u32),
    //~ variant `Each(
    Each(Vec<u32>),
    Nothing,
}

#[event(channel = "row_25", name = "measured")]
pub struct Measured {
    pub measure: Measure,
}

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub x: u32,
    pub y: u32,
}

//~ row_26:drawn › colors
#[event(channel = "row_26", name = "drawn")]
pub struct Drawn {
    pub colors: BTreeMap<Point, String>,
}
