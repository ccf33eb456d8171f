//! Parcels on their way.

use std::{collections::BTreeMap, convert::Infallible};

use chrono::{DateTime, Utc};
use pubsub_runtime::{ActionCtx, EventError, event, model};
use uuid::Uuid;

use crate::{orders::Carrier, shared::Address};

/// A parcel has a number, and nobody has it yet.
#[event(channel = "shipping")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ParcelCreated {
    #[event(filter)]
    pub parcel_id: Uuid,
    pub to: Address,
    /// In grams.
    pub weight: u32,
    /// Length, width and height in millimetres.
    pub size: [u16; 3],
    pub carrier: Carrier,
}

#[event(channel = "shipping", name = "label-printed")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct LabelPrinted {
    pub parcel_id: Uuid,
    /// As a data URL.
    pub image: Option<String>,
}

/// A parcel was seen somewhere.
#[event(channel = "shipping", name = "tracked")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ParcelTracked {
    #[event(filter)]
    pub parcel_id: Uuid,
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub place: Place,
}

/// Where something is.
#[model]
#[derive(Debug, Clone)]
#[serde(untagged)]
pub enum Place {
    Point {
        latitude: f64,
        longitude: f64,
    },
    /// A building of the carrier.
    Depot {
        depot: String,
    },
}

/// A parcel will be late.
#[event(channel = "shipping", name = "delayed")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ParcelDelayed {
    pub parcel_id: Uuid,
    pub until: Option<DateTime<Utc>>,
    /// What the customer is told, by language.
    pub reasons: BTreeMap<String, String>,
}

/// A parcel is where it should be.
#[event(channel = "shipping", name = "delivered")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ParcelDelivered {
    #[event(filter)]
    pub parcel_id: Uuid,
    pub to: Receiver,
}

#[model]
#[derive(Debug, Clone)]
pub enum Receiver {
    Customer,
    /// Who, and where they live.
    Neighbour(String, Address),
    /// In a box, with the code to open it.
    Locker {
        box_number: u16,
        code: String,
    },
}

#[event(channel = "shipping", name = "returned")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ParcelReturned {
    #[event(filter)]
    pub parcel_id: Uuid,
}

/// A parcel crossed a border.
#[event(channel = "shipping", name = "customs-cleared")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct CustomsCleared {
    #[event(filter)]
    pub parcel_id: Uuid,
    /// What the receiver owes, in cents.
    pub duty: u32,
}

/// A van should come.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Pickup {
    pub at: Address,
    /// From and to.
    pub between: (DateTime<Utc>, DateTime<Utc>),
    #[serde(default)]
    pub parcels: u16,
}

/// What a pickup is called.
#[model]
#[derive(Debug, Clone, Copy)]
#[serde(transparent)]
pub struct PickupId(pub Uuid);

#[derive(Debug, thiserror::Error, EventError)]
pub enum PickupError {
    #[error("nobody drives there")]
    #[event_error(code = "UNPROCESSABLE_CONTENT")]
    OutOfReach,
}

/// Asks a carrier to come.
#[event(channel = "shipping", name = "book-pickup")]
pub async fn book_pickup(_ctx: &ActionCtx, pickup: Pickup) -> Result<PickupId, PickupError> {
    if pickup.parcels == 0 {
        return Err(PickupError::OutOfReach);
    }
    Ok(PickupId(Uuid::nil()))
}

/// How a van drives today.
#[event(channel = "shipping", name = "route-planned")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct RoutePlanned {
    pub van: String,
    pub stops: Stop,
}

/// A stop, and where the van may drive from there.
#[model]
#[derive(Debug, Clone)]
pub struct Stop {
    pub place: Place,
    pub minutes: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Self>,
}

/// Says whether a parcel would be taken, without a booking.
#[event(channel = "shipping", name = "quote")]
pub async fn quote(_ctx: &ActionCtx, pickup: Pickup) -> Result<Option<f64>, Infallible> {
    Ok((pickup.parcels > 0).then_some(4.9))
}
