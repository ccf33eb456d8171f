//! Events whose repetitions can be told.

use pubsub_runtime::event;

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
#[event(channel = "parcels", direction = "both", idempotent = "required")]
#[derive(Debug)]
pub struct ParcelsFetched {}
