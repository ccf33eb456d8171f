//! Payloads that are no objects, on a channel nobody may read.

use std::{collections::BTreeMap, convert::Infallible};

use pubsub_runtime::{ActionCtx, event, model};

/// Are you there?
#[model]
#[derive(Debug)]
pub struct Ping;

/// Answers nothing.
#[event(channel = "control", name = "ping")]
pub async fn ping(_ctx: &ActionCtx, _ping: Ping) -> Result<(), Infallible> {
    Ok(())
}

/// How much is written to the log.
#[model]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Little.
    Low,
    /// Much.
    High,
}

/// Answers the level that holds now.
#[event(channel = "control", name = "set-level")]
pub async fn set_level(_ctx: &ActionCtx, level: Level) -> Result<Level, Infallible> {
    Ok(level)
}

/// Answers how often this level was set, and each other.
#[event(channel = "control", name = "count-levels")]
pub async fn count_levels(
    _ctx: &ActionCtx,
    level: Level,
) -> Result<BTreeMap<Level, u32>, Infallible> {
    Ok(BTreeMap::from([(level, 1)]))
}
