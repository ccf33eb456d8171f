//! Parcels: what clients send, the action that puts them on the shelf, and the shelf as a snapshot.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
};

use pubsub_runtime::{ActionCtx, EventError, Service, event, model, snapshot};

/// Where a parcel is.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It stands on the shelf.
    OnShelf,
    /// A van has it.
    InVan,
    /// Its receiver has it.
    Delivered,
}

/// A parcel moved on.
#[event(channel = "parcels")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ParcelMoved {
    /// The parcel.
    #[event(filter)]
    pub parcel_id: String,
    /// Where it is now.
    #[event(filter)]
    pub stage: Stage,
    /// Who carries it, if anybody does.
    #[event(filter)]
    pub carrier: Option<String>,
    /// How often it moved.
    #[event(filter)]
    pub moves: u32,
}

/// The answer to a moved parcel.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct OnShelf {
    /// How many parcels stand on the shelf now.
    pub on_shelf: u32,
}

/// Everything on the shelf.
#[model]
#[derive(Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ShelfContents {
    /// The parcels on it.
    pub parcel_ids: Vec<String>,
}

/// Why a parcel did not move.
#[derive(Debug, thiserror::Error, EventError)]
pub enum ParcelError {
    /// It has gone already.
    #[error("parcel {parcel_id} was delivered")]
    #[event_error(code = "CONFLICT")]
    Delivered {
        /// The parcel.
        parcel_id: String,
    },
}

/// Where every parcel is.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Stage>>);

impl Shelf {
    fn stages<T>(&self, read: impl FnOnce(&mut BTreeMap<String, Stage>) -> T) -> T {
        // A std mutex: it is held for one look-up, never across an await.
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes where a parcel is.
    ///
    /// # Errors
    ///
    /// It was delivered.
    pub fn put(&self, parcel_id: &str, stage: Stage) -> Result<(), ParcelError> {
        self.stages(|stages| {
            if stages.get(parcel_id) == Some(&Stage::Delivered) {
                return Err(ParcelError::Delivered {
                    parcel_id: parcel_id.to_owned(),
                });
            }
            stages.insert(parcel_id.to_owned(), stage);
            Ok(())
        })
    }

    /// The parcels on the shelf.
    pub fn parcel_ids(&self) -> Vec<String> {
        self.stages(|stages| {
            let on_shelf = stages.iter().filter(|(_, stage)| **stage == Stage::OnShelf);
            on_shelf.map(|(parcel_id, _)| parcel_id.clone()).collect()
        })
    }
}

/// Notes where the parcel is, and tells everybody.
#[event(channel = "parcels")]
pub async fn moved(
    _ctx: &ActionCtx,
    shelf: Service<Shelf>,
    parcel: ParcelMoved,
) -> Result<OnShelf, ParcelError> {
    shelf.put(&parcel.parcel_id, parcel.stage)?;
    let on_shelf = u32::try_from(shelf.parcel_ids().len()).unwrap_or(u32::MAX);
    Ok(OnShelf { on_shelf })
}

/// What stands on the shelf, for whoever missed how it came there.
#[snapshot(channel = "parcels", timeout = "5s")]
pub async fn shelf_contents(shelf: Service<Shelf>) -> Result<ShelfContents, Infallible> {
    Ok(ShelfContents {
        parcel_ids: shelf.parcel_ids(),
    })
}
