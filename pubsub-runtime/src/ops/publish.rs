//! Turning payloads into envelopes and appending them: the one way onto a log.

use std::{future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{core::Core, table::Channel};
use crate::{
    delivery::adapter::NewEvent,
    services::emit::{Cause, Emitted, Publish},
    words::{
        cursor::{Cursor, Position, anchor, log_tag},
        envelope::{Meta, Timestamp},
        error::{Error, Result},
    },
};

/// An event about to be published.
pub(super) struct Outgoing<'a> {
    pub(super) name: Arc<str>,
    pub(super) channel: &'a Channel,
    pub(super) version: u32,
    pub(super) payload: Box<RawValue>,
    /// Whether the sender itself sent it, rather than an action emitted it.
    pub(super) sent: bool,
}

/// What was published, in order.
pub(super) struct Published {
    pub(super) envelopes: Vec<Box<RawValue>>,
    /// The place right after the last of them in every log they went to; `None` if nothing was published.
    pub(super) cursor: Option<String>,
}

#[derive(Serialize)]
struct EnvelopeRef<'a> {
    id: Uuid,
    name: &'a str,
    channel: &'a str,
    payload: &'a RawValue,
    timestamp: Timestamp,
    meta: &'a Meta,
}

impl Core {
    /// Appends events together, in this order; ids and timestamps are minted here.
    pub(super) async fn publish_all(
        &self,
        events: Vec<Outgoing<'_>>,
        cause: &Cause,
    ) -> Result<Published> {
        if events.is_empty() {
            return Ok(Published {
                envelopes: Vec::new(),
                cursor: None,
            });
        }
        let now = self.clock.now();
        let mut sent = None;
        let mut envelopes = Vec::with_capacity(events.len());
        let mut batch = Vec::with_capacity(events.len());
        let mut ids = Vec::with_capacity(events.len());
        for event in events {
            let id = self.ids.event_id(now);
            let mut meta = Meta {
                version: Some(event.version),
                request_id: Some(cause.request_id.clone()).filter(|id| !id.is_empty()),
                ..Meta::default()
            };
            if event.sent {
                sent = Some(id);
                meta.client_event_id.clone_from(&cause.client_event_id);
            } else {
                meta.caused_by = sent.map(|id| id.to_string());
            }
            let envelope = serde_json::value::to_raw_value(&EnvelopeRef {
                id,
                name: &event.name,
                channel: event.channel.name,
                payload: &event.payload,
                timestamp: now,
                meta: &meta,
            })
            .map_err(Error::internal)?;
            let log = event
                .channel
                .logs
                .first()
                .ok_or_else(|| Error::internal("a channel has no log"))?
                .clone();
            let body = Bytes::copy_from_slice(envelope.get().as_bytes());
            batch.push((
                log.clone(),
                NewEvent {
                    id,
                    name: event.name,
                    time: now,
                    key: None,
                    body,
                },
            ));
            envelopes.push(envelope);
            ids.push((log, id));
        }
        let appended = self.hub.adapter().append(batch).await?;
        let mut positions: Vec<Position> = Vec::new();
        for ((log, id), appended) in ids.into_iter().zip(appended) {
            let tag = log_tag(log.tenant.as_deref(), &log.channel, log.shard);
            let position = Position {
                log: tag,
                epoch: Position::epoch_tag(appended.epoch),
                seq: appended.seq,
                anchor: anchor(id),
            };
            match positions.iter_mut().find(|known| known.log == tag) {
                Some(known) => *known = position,
                None => positions.push(position),
            }
        }
        Ok(Published {
            envelopes,
            cursor: Cursor::new(positions).map(|cursor| cursor.to_string()),
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
            sent: false,
        })
    }
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
