//! Turning payloads into envelopes and appending them: the one way onto a log.

use std::{future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    core::Core,
    partition,
    table::{Channel, ChannelLog},
};
use crate::{
    delivery::adapter::{Appended, NewEvent},
    services::emit::{Cause, Emitted, Publish},
    words::{
        cursor::{Cursor, Position},
        envelope::Timestamp,
        error::{Error, Result},
    },
};

/// What an envelope usually takes besides its payload.
const ENVELOPE_BYTES: usize = 320;

/// An event about to be published.
pub(super) struct Outgoing<'a> {
    pub(super) name: Arc<str>,
    pub(super) channel: &'a Channel,
    pub(super) version: u32,
    pub(super) payload: Box<RawValue>,
    /// The value of its partition-key field.
    pub(super) key: Option<Arc<str>>,
    pub(super) origin: OutgoingOrigin,
}

/// Whose event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutgoingOrigin {
    /// A client's own.
    Sent,
    /// An action's or the server's; `shown` if its envelope goes back to the sender.
    Emitted { shown: bool },
}

/// What was published, in order.
pub(super) struct Published {
    /// The envelopes that go back to the sender.
    pub(super) shown: Vec<Box<RawValue>>,
    /// The place right after the last event in every log they went to; `None` if nothing was published.
    pub(super) cursor: Option<String>,
}

/// One envelope about to be written.
struct EnvelopeRef<'a> {
    id: Uuid,
    /// Follows the grammar of names, as does the channel: neither needs escaping.
    name: &'a str,
    channel: &'a str,
    payload: &'a RawValue,
    timestamp: &'a str,
    version: u32,
    request_id: &'a str,
    client_event_id: Option<&'a str>,
    partition_key: Option<&'a str>,
    caused_by: Option<Uuid>,
}

impl EnvelopeRef<'_> {
    /// The envelope as JSON, in one buffer and without looking at the payload again; the members are those of `Envelope` and `Meta`.
    fn to_json(&self) -> serde_json::Result<String> {
        let mut text = String::with_capacity(ENVELOPE_BYTES + self.payload.get().len());
        let mut id = Uuid::encode_buffer();
        text.extend(["{\"id\":\"", self.id.hyphenated().encode_lower(&mut id)]);
        text.extend([
            "\",\"name\":\"",
            self.name,
            "\",\"channel\":\"",
            self.channel,
        ]);
        text.extend([
            "\",\"payload\":",
            self.payload.get(),
            ",\"timestamp\":\"",
            self.timestamp,
        ]);
        text.extend([
            "\",\"meta\":{\"version\":",
            itoa::Buffer::new().format(self.version),
        ]);
        if !self.request_id.is_empty() {
            text.extend([",\"requestId\":", &serde_json::to_string(self.request_id)?]);
        }
        if let Some(client_event_id) = self.client_event_id {
            text.extend([
                ",\"clientEventId\":",
                &serde_json::to_string(client_event_id)?,
            ]);
        }
        if let Some(key) = self.partition_key {
            text.extend([",\"partitionKey\":", &serde_json::to_string(key)?]);
        }
        if let Some(caused_by) = self.caused_by {
            text.extend([
                ",\"causedBy\":\"",
                caused_by.hyphenated().encode_lower(&mut id),
                "\"",
            ]);
        }
        text.push_str("}}");
        Ok(text)
    }
}

impl Core {
    /// Appends events together, in this order; ids and timestamps are minted here.
    pub(super) async fn publish_all(
        &self,
        events: Vec<Outgoing<'_>>,
        cause: &Cause,
    ) -> Result<Published> {
        let now = self.clock.now();
        let timestamp = now.to_string();
        let mut sent = None;
        let mut partial = false;
        let mut shown = Vec::new();
        let mut tags = Vec::with_capacity(events.len());
        let mut batch = Vec::with_capacity(events.len());
        for event in events {
            let id = self.ids.event_id(now);
            let is_sent = event.origin == OutgoingOrigin::Sent;
            let is_shown = event.origin == (OutgoingOrigin::Emitted { shown: true });
            let minted = Minted {
                id,
                now,
                timestamp: &timestamp,
                client_event_id: cause.client_event_id.as_deref().filter(|_| is_sent),
                caused_by: sent.filter(|_| !is_sent),
            };
            partial |= event.channel.logs.len() > 1;
            let (log, text, event) = to_append(event, cause, minted)?;
            if is_shown {
                shown.push(RawValue::from_string(text.clone()).map_err(Error::internal)?);
            }
            if is_sent {
                sent = Some(id);
            }
            tags.push(log.tag);
            let body = Bytes::from(text);
            batch.push((log.id.clone(), NewEvent { body, ..event }));
        }
        if batch.is_empty() {
            return Ok(Published {
                shown,
                cursor: None,
            });
        }
        let appended = self.hub.adapter().append(batch).await?;
        let cursor = cursor_after(&tags, &appended).map(|cursor| {
            let cursor = if partial { cursor.partial() } else { cursor };
            self.hub.tokens().write(&cursor)
        });
        Ok(Published { shown, cursor })
    }

    /// Publishes one event that no client sent; answers the place right after it.
    pub(crate) async fn publish_from_server(
        &self,
        event: Emitted,
        cause: &Cause,
    ) -> Result<Option<String>> {
        let outgoing = self.outgoing(event)?;
        Ok(self.publish_all(vec![outgoing], cause).await?.cursor)
    }

    /// What [`Core::publish_from_server`] would append, for whoever appends it in a transaction.
    #[cfg(feature = "sqlite")]
    pub(crate) fn prepare(
        &self,
        event: Emitted,
        cause: &Cause,
    ) -> Result<(crate::delivery::adapter::LogId, NewEvent)> {
        let now = self.clock.now();
        let minted = Minted {
            id: self.ids.event_id(now),
            now,
            timestamp: &now.to_string(),
            client_event_id: None,
            caused_by: None,
        };
        let (log, text, event) = to_append(self.outgoing(event)?, cause, minted)?;
        let body = Bytes::from(text);
        Ok((log.id.clone(), NewEvent { body, ..event }))
    }

    /// What an action emitted, as events about to be published.
    pub(super) fn outgoing(&self, emitted: Emitted) -> Result<Outgoing<'_>> {
        let event = self.table.event(emitted.name)?;
        let channel = self.table.channel_at(event.channel)?;
        let key = partition::key(event, &emitted.payload).map_err(Error::internal)?;
        Ok(Outgoing {
            name: Arc::clone(&event.name),
            channel,
            version: emitted.version,
            payload: emitted.payload,
            key,
            origin: OutgoingOrigin::Emitted { shown: false },
        })
    }
}

/// What is minted for an event just before it is appended.
#[derive(Clone, Copy)]
struct Minted<'a> {
    id: Uuid,
    now: Timestamp,
    /// `now`, as on the wire.
    timestamp: &'a str,
    client_event_id: Option<&'a str>,
    caused_by: Option<Uuid>,
}

/// The log an event goes to, its envelope, and the rest of it; the body is left empty.
fn to_append<'a>(
    event: Outgoing<'a>,
    cause: &Cause,
    minted: Minted<'_>,
) -> Result<(&'a ChannelLog, String, NewEvent)> {
    let envelope = EnvelopeRef {
        id: minted.id,
        name: &event.name,
        channel: event.channel.name,
        payload: &event.payload,
        timestamp: minted.timestamp,
        version: event.version,
        request_id: &cause.request_id,
        client_event_id: minted.client_event_id,
        partition_key: event.key.as_deref(),
        caused_by: minted.caused_by,
    };
    let text = envelope.to_json().map_err(Error::internal)?;
    let log = partition::log(event.channel, event.key.as_deref())?;
    let event = NewEvent {
        id: minted.id,
        name: event.name,
        time: minted.now,
        key: event.key,
        body: Bytes::new(),
    };
    Ok((log, text, event))
}

/// The place right after the last entry of each log.
fn cursor_after(tags: &[u32], appended: &[Appended]) -> Option<Cursor> {
    let mut positions: Vec<Position> = Vec::with_capacity(tags.len());
    for (&log, entry) in tags.iter().zip(appended) {
        let position = Position {
            log,
            epoch: Position::epoch_tag(entry.epoch),
            seq: entry.seq,
            anchor: entry.anchor,
        };
        match positions.iter_mut().find(|known| known.log == log) {
            Some(known) => *known = position,
            None => positions.push(position),
        }
    }
    Cursor::new(positions)
}

impl Publish for Core {
    fn publish(
        &self,
        event: Emitted,
        cause: &Cause,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
        let cause = cause.clone();
        Box::pin(async move { self.publish_from_server(event, &cause).await.map(drop) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::envelope::Envelope;

    #[test]
    fn an_envelope_is_written_as_its_type_reads_it() {
        let payload = RawValue::from_string("{\"orderId\":\"a\"}".to_owned()).unwrap();
        let full = EnvelopeRef {
            id: Uuid::from_u128(7),
            name: "orders:created",
            channel: "orders",
            payload: &payload,
            timestamp: "2026-01-01T00:00:00.000Z",
            version: 2,
            request_id: "request \"1\"",
            client_event_id: Some("mine\\"),
            partition_key: Some("\"a\" of\nb"),
            caused_by: Some(Uuid::from_u128(8)),
        };
        let bare = EnvelopeRef {
            request_id: "",
            client_event_id: None,
            partition_key: None,
            caused_by: None,
            ..full
        };
        for envelope in [full, bare] {
            let text = envelope.to_json().unwrap();
            let read: Envelope = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
    }
}
