//! Who did what.

use chrono::{DateTime, Utc};
use pubsub_runtime::{event, model};
use uuid::Uuid;

use crate::shared::Actor;

/// Somebody did something.
#[event(channel = "audit", name = "recorded")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    #[event(filter)]
    pub who: Uuid,
    pub what: Deed,
    pub from_address: Option<String>,
}

/// What was done.
#[model]
#[derive(Debug, Clone)]
#[serde(tag = "deed", content = "of", rename_all = "snake_case")]
pub enum Deed {
    LoggedIn,
    LoggedOut,
    /// A record was looked at.
    Viewed(Record),
    /// A record was changed; each member before and after.
    Changed {
        record: Record,
        members: Vec<Change>,
    },
}

#[model]
#[derive(Debug, Clone)]
pub struct Record {
    pub table: String,
    pub key: String,
}

#[model]
#[derive(Debug, Clone)]
pub struct Change {
    pub member: String,
    pub before: serde_json::Value,
    pub after: serde_json::Value,
}

/// Somebody was kept out.
#[event(channel = "audit", name = "denied")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Denied {
    pub by: Actor,
    /// The scope that was missing.
    pub scope: String,
    pub at: DateTime<Utc>,
}

/// A rule of the shop was changed.
#[event(channel = "audit", name = "setting-changed")]
#[derive(Debug, Clone)]
pub struct SettingChanged {
    pub setting: String,
    pub value: Setting,
}

#[model]
#[derive(Debug, Clone)]
#[serde(untagged)]
pub enum Setting {
    Flag(bool),
    Number(i32),
    Text(String),
    List(Vec<String>),
}

/// Data left the shop.
#[event(channel = "audit", name = "exported")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    pub tables: Vec<String>,
    pub rows: u32,
    /// Who asked for it; several if it was approved.
    pub by: Vec<Actor>,
}

/// A program of the shop started or stopped.
#[event(channel = "audit", name = "program")]
#[derive(Debug, Clone)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Program {
    Started {
        name: String,
        version: String,
    },
    Stopped {
        name: String,
        /// The exit code, if it ended by itself.
        code: Option<u8>,
    },
}
