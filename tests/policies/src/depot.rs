//! What else happens at the depot: events without actions.

use pubsub_runtime::event;

/// A notice was put up.
#[event(channel = "notices", direction = "both")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePosted {
    /// What it says.
    pub text: String,
}

/// Money was booked.
#[event(channel = "bookings", direction = "both")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingMade {
    /// It rises by 1.
    pub number: u32,
}

/// A driver set off.
#[event(channel = "rides", direction = "both")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct RideStarted {
    /// Who drives.
    #[event(filter)]
    pub driver_id: String,
    /// The driver's how manieth ride.
    pub number: u32,
    /// Where to, if that is known.
    #[event(filter)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// A picture of the yard was taken.
#[event(channel = "pictures", direction = "both")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureTaken {
    /// It rises by 1.
    pub number: u32,
    /// The picture.
    pub bytes: String,
}

/// A van told where it is.
#[event(channel = "places", direction = "both")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceTold {
    /// Which van.
    #[event(filter)]
    pub van: String,
    /// It rises by 1.
    pub number: u32,
    /// What it saw on the way.
    pub seen: String,
}
