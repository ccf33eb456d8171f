//! Envelopes as `CloudEvents` 1.0 in JSON, and back.

mod error;
mod read;
mod text;
mod write;

use std::collections::BTreeMap;

pub use error::CloudEventError;

use crate::words::envelope::{Envelope, Raw};

/// An envelope as a `CloudEvents` 1.0 event: what other systems of events understand.
///
/// serde reads and writes it as one JSON object, which the specification calls the structured mode; a `Vec` of them is the
/// JSON batch. What an envelope has no place for stands beside it, so that nothing is lost in either direction
/// but the media type, which becomes `application/json`, parts of a millisecond, and absent `data`, which becomes `null`.
///
/// | `CloudEvents` | here | |
/// |---|---|---|
/// | `id` | `envelope.id` | |
/// | `type` | `envelope.name` | such as `orders:created` |
/// | `time` | `envelope.timestamp` | asked for; cut to milliseconds |
/// | `data`, `datacontenttype` | `envelope.payload` | `application/json`; other content is refused |
/// | `source` | `source` | a URI reference that stands for the publishing system |
/// | `subject` | `subject` | |
/// | `dataschema` | `dataschema` | such as `https://shop.example/events-schemas.json#/events/orders:created/output` |
/// | `partitionkey` | `envelope.meta.partition_key` | the extension "partitioning" |
/// | `correlationid` | `envelope.meta.request_id` | the extension "correlation" |
/// | `causationid` | `envelope.meta.caused_by` | the same |
/// | `pubsubchannel` | `envelope.channel` | if absent, what stands before the colon of `type` |
/// | `pubsubversion` | `envelope.meta.version` | an integer |
/// | `pubsubsource` | `envelope.meta.source` | |
/// | `pubsubclientid` | `envelope.meta.client_event_id` | |
/// | `pubsubcursor` | `cursor` | |
/// | any other | `extensions` | kept as it is, such as `traceparent` |
///
/// ```
/// # use pubsub_runtime::{CloudEvent, Envelope};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let envelope: Envelope = serde_json::from_str(
///     r#"{"id": "e1", "name": "orders:created", "channel": "orders", "payload": {"orderId": "abc"}, "timestamp": "2026-01-01T00:00:00Z"}"#,
/// )?;
/// let json = CloudEvent::new(envelope, "https://shop.example").to_json()?;
/// let event = CloudEvent::from_json(json.as_bytes())?;
/// assert_eq!((event.envelope.name.as_str(), event.source.as_str()), ("orders:created", "https://shop.example"));
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// `CloudEvents` 1.0.2, "JSON Event Format", and its documented extensions "partitioning" and "correlation".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CloudEvent<P = Raw> {
    /// What happened.
    pub envelope: Envelope<P>,
    /// The system it happened in: a URI reference, such as `https://shop.example` or `/orders`. With `id` it makes the event unique.
    pub source: String,
    /// What in that system it is about.
    pub subject: Option<String>,
    /// The URI of the schema of the payload.
    pub dataschema: Option<String>,
    /// The place after the event, for a reader who wants to go on there.
    pub cursor: Option<String>,
    /// Attributes that are neither the specification's nor of this mapping, by name: 1 to 20 of `a` to `z` and `0` to `9`
    /// are advised, and more are accepted.
    pub extensions: BTreeMap<String, Extension>,
}

/// The value of an extension attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// Text; also URIs, moments and Base64, which JSON does not tell apart.
    Text(String),
    /// An integer of 32 bits.
    Integer(i32),
    /// Yes or no.
    Boolean(bool),
}

impl<P> CloudEvent<P> {
    /// The media type of one event in JSON.
    pub const MEDIA_TYPE: &str = "application/cloudevents+json";
    /// The media type of a JSON list of them.
    pub const BATCH_MEDIA_TYPE: &str = "application/cloudevents-batch+json";

    /// An event of the system that `source` stands for.
    pub fn new(envelope: Envelope<P>, source: impl Into<String>) -> Self {
        Self {
            envelope,
            source: source.into(),
            subject: None,
            dataschema: None,
            cursor: None,
            extensions: BTreeMap::new(),
        }
    }
}

/// The extension attributes of this mapping.
const CHANNEL: &str = "pubsubchannel";
const VERSION: &str = "pubsubversion";
const PROGRAM: &str = "pubsubsource";
const CLIENT_EVENT_ID: &str = "pubsubclientid";
const CURSOR: &str = "pubsubcursor";
const PARTITION_KEY: &str = "partitionkey";
const CORRELATION_ID: &str = "correlationid";
const CAUSATION_ID: &str = "causationid";

/// Names that an extension cannot have: the specification's, and those of this mapping.
const TAKEN: [&str; 18] = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "data",
    "data_base64",
    CHANNEL,
    VERSION,
    PROGRAM,
    CLIENT_EVENT_ID,
    CURSOR,
    PARTITION_KEY,
    CORRELATION_ID,
    CAUSATION_ID,
];

#[cfg(test)]
mod tests;
