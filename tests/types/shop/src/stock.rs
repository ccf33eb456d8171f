//! What is on the shelves.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pubsub_runtime::{event, model};

/// There are more or fewer of something.
#[event(channel = "stock", name = "changed")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct StockChanged {
    #[event(filter)]
    pub sku: String,
    /// How many there are now, by place.
    pub on_hand: BTreeMap<String, u32>,
    /// Less than nothing if more went than came.
    pub delta: i32,
}

#[event(channel = "stock", name = "reserved")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct StockReserved {
    #[event(filter)]
    pub sku: String,
    pub quantity: u32,
    pub until: DateTime<Utc>,
}

/// Something has to be ordered.
#[event(channel = "stock", name = "low")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct StockLow {
    #[event(filter)]
    pub sku: String,
    pub left: u32,
    pub supplier: Option<Supplier>,
}

#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Supplier {
    pub name: String,
    /// How many days it takes, at best and at worst.
    pub delivers_within: (u8, u8),
}

/// Somebody counted.
#[event(channel = "stock", name = "counted")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct StockCounted {
    /// What was expected, and what was found.
    pub differences: Vec<Difference>,
}

#[model]
#[derive(Debug, Clone)]
pub struct Difference {
    pub sku: String,
    pub expected: u32,
    pub found: u32,
}

/// The sensors of a cold room.
#[event(channel = "stock", name = "temperature")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Temperature {
    /// In degrees Celsius.
    #[serde(rename = "°C")]
    pub celsius: f32,
    #[event(filter)]
    pub room: u8,
    #[serde(rename = "__proto__")]
    pub proto: Option<bool>,
}

/// Goods came in.
#[event(channel = "stock", name = "received")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct StockReceived {
    pub from: Supplier,
    pub goods: Vec<(String, u32)>,
}
