//! One published occurrence of an event.

use std::{any::type_name, fmt};

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A payload that is still JSON text.
pub type Raw = Box<RawValue>;

/// One published occurrence of an event.
///
/// ```json
/// {"id": "0198f2b0-7d3a-7000-8a5e-0242ac120002", "name": "orders:created", "channel": "orders",
///  "payload": {"orderId": "abc", "total": 100}, "timestamp": "2026-01-01T00:00:00.000Z", "meta": {"version": 1}}
/// ```
#[derive(Clone, Serialize, Deserialize)]
pub struct Envelope<P = Raw> {
    /// The unique id: a UUID; for system events (`pubsub:…`) the cursor token.
    pub id: String,
    /// The event's name, such as `orders:created`.
    pub name: String,
    /// The channel it was published on.
    pub channel: String,
    /// What the event carries.
    pub payload: P,
    /// When it was published.
    pub timestamp: Timestamp,
    /// What else is known of it.
    #[serde(default, skip_serializing_if = "Meta::is_empty")]
    pub meta: Meta,
}

/// A payload that is still JSON is not shown, as parts of it may be redacted; a typed one is shown as its own `Debug` says.
impl<P: fmt::Debug> fmt::Debug for Envelope<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By name, as a downcast would ask every `P` to be `'static`.
        let is_raw = type_name::<P>() == type_name::<Raw>();
        let payload: &dyn fmt::Debug = if is_raw { &Hidden } else { &self.payload };
        f.debug_struct("Envelope")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("channel", &self.channel)
            .field("payload", payload)
            .field("timestamp", &self.timestamp)
            .field("meta", &self.meta)
            .finish()
    }
}

/// What `Debug` prints in place of JSON that may hold redacted values.
#[derive(Clone, Copy)]
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[JSON]")
    }
}

/// What else is known of an [`Envelope`]; absent members are left out on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Meta {
    /// The version of the event's declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The program that published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The request that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The id the sender gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_event_id: Option<String>,
    /// The key that decides its log on a partitioned channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// The id of the event whose action emitted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<String>,
}

impl Meta {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Envelope<Raw> {
    pub(crate) fn decode<P: DeserializeOwned>(&self) -> Result<Envelope<P>, serde_json::Error> {
        Ok(Envelope {
            id: self.id.clone(),
            name: self.name.clone(),
            channel: self.channel.clone(),
            payload: serde_json::from_str(self.payload.get())?,
            timestamp: self.timestamp,
            meta: self.meta.clone(),
        })
    }
}

/// A moment, in milliseconds since the Unix epoch; ISO 8601 in UTC with milliseconds on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Reads an ISO 8601 moment with an offset, such as `2026-01-01T00:00:00Z`; `None` if it is none, before 1970 or, in UTC, after
    /// the year 9999, which has no such form.
    pub fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?;
        let millis = u64::try_from(moment.timestamp_millis()).ok()?;
        (millis <= LATEST).then_some(Self(millis))
    }
}

/// The last millisecond of the year 9999.
const LATEST: u64 = 253_402_300_799_999;

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = i64::try_from(self.0.min(LATEST))
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .unwrap_or(DateTime::UNIX_EPOCH);
        f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(
                "expected an ISO 8601 moment, such as 2026-01-01T00:00:00.000Z",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_it_can_be_read() {
        for text in ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "9999-12-31T23:59:60.999-13:59",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "now",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        let beyond = Timestamp::from_millis(u64::MAX).to_string();
        assert_eq!(beyond, "9999-12-31T23:59:59.999Z");
    }
}
