//! Compiles, and would fail or lie at run time: the generator refuses it.

use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel row_24 { }
    channel row_25 { }
}

#[model]
#[serde(tag = "kind")]
pub enum Payment {
    Card { number: String },
    Cash { amount: u32 },
}

//~ a flattened `Option` of an enum leaves no trace of what is missing
#[event(channel = "row_24", name = "maybe-enum")]
pub struct MaybePaid {
    #[serde(flatten)]
    pub payment: Option<Payment>,
}

#[model]
#[serde(tag = "type")]
pub enum Measure {
    //~ variant `Count`
    Count(u32),
    //~ variant `Each`
    Each(Vec<u32>),
    Nothing,
}

#[event(channel = "row_25", name = "measured")]
pub struct Measured {
    pub measure: Measure,
}
