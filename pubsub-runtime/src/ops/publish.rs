//! Turning payloads into envelopes and appending them: the one way onto a log.

use std::{future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{core::Core, table::Channel};
use crate::{
    delivery::adapter::{Appended, NewEvent},
    services::emit::{Cause, Emitted, Publish},
    words::{
        cursor::{Cursor, Position},
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

#[derive(Serialize)]
struct EnvelopeRef<'a> {
    id: Uuid,
    name: &'a str,
    channel: &'a str,
    payload: &'a RawValue,
    timestamp: &'a str,
    meta: MetaRef<'a>,
}

/// As `Meta`, borrowed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetaRef<'a> {
    version: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caused_by: Option<Uuid>,
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
        let mut shown = Vec::new();
        let mut tags = Vec::with_capacity(events.len());
        let mut batch = Vec::with_capacity(events.len());
        for event in events {
            let id = self.ids.event_id(now);
            let is_sent = event.origin == OutgoingOrigin::Sent;
            let envelope = EnvelopeRef {
                id,
                name: &event.name,
                channel: event.channel.name,
                payload: &event.payload,
                timestamp: &timestamp,
                meta: MetaRef {
                    version: event.version,
                    request_id: &cause.request_id,
                    client_event_id: cause.client_event_id.as_deref().filter(|_| is_sent),
                    caused_by: sent.filter(|_| !is_sent),
                },
            };
            let body = if event.origin == (OutgoingOrigin::Emitted { shown: true }) {
                let envelope =
                    serde_json::value::to_raw_value(&envelope).map_err(Error::internal)?;
                let body = Bytes::copy_from_slice(envelope.get().as_bytes());
                shown.push(envelope);
                body
            } else {
                let mut body = Vec::with_capacity(ENVELOPE_BYTES + event.payload.get().len());
                serde_json::to_writer(&mut body, &envelope).map_err(Error::internal)?;
                Bytes::from(body)
            };
            if is_sent {
                sent = Some(id);
            }
            let log = event
                .channel
                .logs
                .first()
                .ok_or_else(|| Error::internal("a channel has no log"))?;
            tags.push(log.tag);
            batch.push((
                log.id.clone(),
                NewEvent {
                    id,
                    name: event.name,
                    time: now,
                    key: None,
                    body,
                },
            ));
        }
        if batch.is_empty() {
            return Ok(Published {
                shown,
                cursor: None,
            });
        }
        let appended = self.hub.adapter().append(batch).await?;
        Ok(Published {
            shown,
            cursor: cursor_after(&tags, &appended),
        })
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

    /// What an action emitted, as events about to be published.
    pub(super) fn outgoing(&self, emitted: Emitted) -> Result<Outgoing<'_>> {
        let event = self.table.event(emitted.name)?;
        let channel = self.table.channel_at(event.channel)?;
        Ok(Outgoing {
            name: Arc::clone(&event.name),
            channel,
            version: emitted.version,
            payload: emitted.payload,
            origin: OutgoingOrigin::Emitted { shown: false },
        })
    }
}

/// The place right after the last entry of each log.
fn cursor_after(tags: &[u32], appended: &[Appended]) -> Option<String> {
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
    Cursor::new(positions).map(|cursor| cursor.to_string())
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
