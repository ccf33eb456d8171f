//! The action of an event of another crate, in one that declares no channel: the event's own registry finds it.

use std::convert::Infallible;

use pubsub_runtime::{PubSubServer, event};
use types_events::parcels::ParcelBooked;

#[event(action = ParcelBooked)]
pub async fn book(parcel: ParcelBooked) -> Result<(), Infallible> {
    drop(parcel);
    Ok(())
}

#[tokio::main]
async fn main() {
    let registry = types_events::registry().only(["parcels"]);
    let declared = registry.resolve().unwrap();
    let actions: Vec<_> = declared
        .iter()
        .map(|event| (event.name, event.action.map(|action| action.fn_name)))
        .collect();
    assert_eq!(
        actions,
        [
            ("parcels:booked", Some("book")),
            ("parcels:fetched", None),
            ("parcels:sent", None),
        ]
    );
    let action = declared[0].action.unwrap();
    assert_ne!(action.origin.crate_name(), "types_events");
    // It starts, so it has the body.
    drop(PubSubServer::builder(registry).build().await.unwrap());
}
