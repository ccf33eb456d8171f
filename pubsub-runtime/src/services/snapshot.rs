//! The server side of a `#[snapshot]` function, as the macro hands it over.

use std::{future::Future, pin::Pin};

use serde_json::value::RawValue;

use super::{
    action::{RunAction, answer},
    context::Context,
    service::ServiceKey,
};
use crate::words::error::Error;

/// What a snapshot function answers, as JSON.
type SnapshotFuture = Pin<Box<dyn Future<Output = Result<Box<RawValue>, Error>> + Send>>;

/// The body of a `#[snapshot]` function: submitted in server builds only.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct SnapshotBody {
    /// The channel.
    pub channel: &'static str,
    /// The module path; its first segment is the crate.
    pub module: &'static str,
    /// How long it may run, in milliseconds.
    pub timeout_ms: u64,
    /// The services it asks for.
    pub services: fn() -> Vec<ServiceKey>,
    /// Runs it.
    pub run: fn(Context) -> SnapshotFuture,
}

inventory::collect!(SnapshotBody);

/// [`SnapshotBody::run`] of `A`.
#[doc(hidden)]
pub fn run_snapshot<A: RunAction<Payload = ()>>(context: Context) -> SnapshotFuture {
    Box::pin(async move { answer::<A>(A::run(context, ()).await) })
}
