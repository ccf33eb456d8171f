//! Events whose repetitions can be told.

use std::{collections::BTreeMap, convert::Infallible};

use pubsub_runtime::{ActionCtx, event, model};

/// A parcel was booked; its sender gives the send an id.
#[event(channel = "parcels", direction = "both", idempotent = "required")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct ParcelBooked {
    /// How heavy it is.
    pub weight: f64,
}

/// A parcel was sent; its number is the id of the send.
#[event(channel = "parcels", direction = "both", idempotent = by(parcel_number))]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct ParcelSent {
    /// Its number.
    pub parcel_number: String,
}

/// Every parcel was fetched; nothing but the id of the send is said.
#[event(channel = "parcels")]
#[derive(Debug)]
pub struct ParcelsFetched {}

/// Answers how many there were of each size.
#[event(channel = "parcels", idempotent = "required")]
pub async fn fetched(
    _ctx: &ActionCtx,
    _parcels: ParcelsFetched,
) -> Result<BTreeMap<Size, u32>, Infallible> {
    Ok(BTreeMap::new())
}

/// How big a parcel is.
#[model]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// It fits a pocket.
    Small,
    /// It does not.
    Big,
}
