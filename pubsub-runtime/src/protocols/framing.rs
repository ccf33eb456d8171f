//! How the SSE protocols write events.

use bytes::BytesMut;

use super::sse::{write_event, write_ping};
use crate::delivery::framing::{EventFrame, Framing, Slot};

/// `/events`: named events whose id is the event's own.
///
/// ```text
/// id: 0198f2b0-7d3a-7000-8a5e-0242ac120002
/// event: orders:created
/// data: {"id":"0198f2b0-7d3a-7000-8a5e-0242ac120002","name":"orders:created", …}
/// ```
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawSse;

/// `/events` of several logs: named events whose id is the cursor token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawSseToken;

/// tRPC over SSE: unnamed events whose id is the cursor token; a v11 client delivers them as `{id, data}`.
///
/// It delivers an event without an id as the bare data, which its types do not admit. So one without a token has the id of its
/// envelope, as over WebSocket: whoever resumes after it is told a gap in every log that does not hold it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrpcSse;

/// The bytes of the field names and line ends of one event.
const FIELDS: usize = 32;

impl Framing for RawSse {
    fn slot(&self) -> Slot {
        Slot::RawSse
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.reserve(FIELDS + event.id.len() + event.name.len() + event.body.len());
        let id = event.token.map(|_| event.id);
        write_event(out, id, Some(event.name), event.body);
    }

    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut) {
        write_ping(out, token);
    }
}

impl Framing for RawSseToken {
    fn slot(&self) -> Slot {
        Slot::RawSseToken
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        let token = event.token.map_or(0, str::len);
        out.reserve(FIELDS + token + event.name.len() + event.body.len());
        write_event(out, event.token, Some(event.name), event.body);
    }

    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut) {
        write_ping(out, token);
    }
}

impl Framing for TrpcSse {
    fn slot(&self) -> Slot {
        Slot::TrpcSse
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        let id = event.token.unwrap_or(event.id);
        out.reserve(FIELDS + id.len() + event.body.len());
        write_event(out, Some(id), None, event.body);
    }

    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut) {
        write_ping(out, token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: EventFrame<'_> = EventFrame {
        body: b"{\"id\":\"u\"}",
        name: "orders:created",
        id: "u",
        token: Some("c1.t"),
    };

    fn framed(framing: &dyn Framing, event: EventFrame<'_>) -> String {
        let mut out = BytesMut::new();
        framing.event(event, &mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn plain_streams_name_their_events() {
        assert_eq!(
            framed(&RawSse, EVENT),
            "id: u\nevent: orders:created\ndata: {\"id\":\"u\"}\n\n"
        );
        assert_eq!(
            framed(&RawSseToken, EVENT),
            "id: c1.t\nevent: orders:created\ndata: {\"id\":\"u\"}\n\n"
        );
    }

    #[test]
    fn trpc_streams_do_not() {
        assert_eq!(
            framed(&TrpcSse, EVENT),
            "id: c1.t\ndata: {\"id\":\"u\"}\n\n"
        );
    }

    #[test]
    fn a_frame_without_token_moves_no_place() {
        let event = EventFrame {
            token: None,
            ..EVENT
        };
        for framing in [&RawSse as &dyn Framing, &RawSseToken] {
            assert!(!framed(framing, event).contains("id: "));
        }
        assert!(framed(&TrpcSse, event).starts_with("id: u\n"));
    }

    #[test]
    fn a_checkpoint_has_a_data_line() {
        // EventSource dispatches nothing without one, and tRPC's inactivity timer goes by what is dispatched.
        for framing in [&RawSse as &dyn Framing, &RawSseToken, &TrpcSse] {
            let mut out = BytesMut::new();
            framing.checkpoint(Some("c1.t"), &mut out);
            assert_eq!(&out[..], b"id: c1.t\nevent: ping\ndata: \n\n");
        }
    }
}
