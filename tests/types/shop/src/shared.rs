//! What several channels use.

use chrono::{DateTime, Utc};
use pubsub_runtime::model;
use uuid::Uuid;

/// An amount in one currency.
#[model]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Money {
    /// In the smallest unit of the currency, such as cents.
    pub minor: i32,
    pub currency: Currency,
}

/// ISO 4217.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    Eur,
    Usd,
    Gbp,
    Jpy,
}

/// A part of a list.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next part begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Where somebody lives or works.
#[model]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    pub name: String,
    /// Street and number, flat, floor: as it is written on a parcel.
    pub lines: Vec<String>,
    pub postcode: String,
    pub city: String,
    /// ISO 3166-1, two letters.
    #[serde(alias = "countryCode")]
    pub country: String,
}

/// Who did something.
#[model]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    Customer {
        id: Uuid,
    },
    /// Somebody who works here.
    Staff {
        id: Uuid,
        name: String,
    },
    /// A program.
    System,
}

/// What every record of a change has.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Stamp {
    pub at: DateTime<Utc>,
    pub by: Actor,
}
