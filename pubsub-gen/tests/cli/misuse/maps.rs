//! Compiles, and would fail at run time or lose something: the generator refuses these maps.

use std::collections::BTreeMap;

use pubsub_runtime::{EventError, event, model};

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

//~ row_26:told › totals
//~ row_26:told (reply) › totals
//~ row_26:told (error) › limits
#[event(channel = "row_26", name = "told", direction = "both", reply = Told, error = Refused)]
#[serde(tag = "type")]
pub enum Told {
    Whole { totals: BTreeMap<u32, u32> },
}

#[derive(Debug, EventError)]
pub enum Refused {
    #[event_error(code = "BAD_REQUEST")]
    TooMany { limits: Option<BTreeMap<u8, u8>> },
}

impl std::error::Error for Refused {}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many")
    }
}
