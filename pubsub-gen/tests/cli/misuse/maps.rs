//! Compiles, and would fail at run time or lose something: the generator refuses these maps.

use std::collections::BTreeMap;

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel row_24 { }
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
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub x: u32,
    pub y: u32,
}

//~ row_26:asked (reply)
#[event(channel = "row_26", name = "asked", reply = BTreeMap<(u32, u32), String>)]
pub struct Asked {}

//~ row_26:drawn › colors
#[event(channel = "row_26", name = "drawn")]
pub struct Drawn {
    pub colors: BTreeMap<Point, String>,
}
