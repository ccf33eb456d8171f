//! The shared part of an event's WebSocket message: all of it after the subscription's own id.

use bytes::BytesMut;

use crate::delivery::framing::{EventFrame, Framing, Slot};

/// Items as `{id, data}` pairs, which v11's types promise for tracked events.
///
/// ```json
/// "result": {"type": "data", "data": {"id": "c1.…", "data": {"id": "…", "name": "orders:created"}}, "id": "c1.…"}}
/// ```
#[derive(Debug, Clone, Copy)]
pub(crate) struct WsTracked;

/// Items as plain envelopes, for v10 clients; v11 ones still resume, because `result.id` is set.
///
/// ```json
/// "result": {"type": "data", "data": {"id": "…", "name": "orders:created"}, "id": "c1.…"}}
/// ```
#[derive(Debug, Clone, Copy)]
pub(crate) struct WsPlain;

impl Framing for WsTracked {
    fn slot(&self) -> Slot {
        Slot::WsTracked
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        // Without a token the pair still needs an id; it must not be `result.id`, which clients resume after.
        let id = event.token.unwrap_or(event.id);
        out.reserve(event.body.len() + 2 * id.len() + 72);
        out.extend_from_slice(b"\"result\":{\"type\":\"data\",\"data\":{\"id\":\"");
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(b"\",\"data\":");
        out.extend_from_slice(event.body);
        out.extend_from_slice(b"}");
        finish(event.token, out);
    }

    fn checkpoint(&self, _: Option<&str>, _: &mut BytesMut) {}
}

impl Framing for WsPlain {
    fn slot(&self) -> Slot {
        Slot::WsPlain
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.reserve(event.body.len() + event.token.map_or(0, str::len) + 48);
        out.extend_from_slice(b"\"result\":{\"type\":\"data\",\"data\":");
        out.extend_from_slice(event.body);
        finish(event.token, out);
    }

    fn checkpoint(&self, _: Option<&str>, _: &mut BytesMut) {}
}

/// Tokens and ids are written without escapes: their grammar has no quote, backslash or control character.
fn finish(token: Option<&str>, out: &mut BytesMut) {
    if let Some(token) = token {
        out.extend_from_slice(b",\"id\":\"");
        out.extend_from_slice(token.as_bytes());
        out.extend_from_slice(b"\"");
    }
    out.extend_from_slice(b"}}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(framing: &dyn Framing, token: Option<&str>) -> String {
        let mut out = BytesMut::new();
        let event = EventFrame {
            body: b"{\"id\":\"evt-1\"}",
            name: "orders:created",
            id: "evt-1",
            token,
        };
        framing.event(event, &mut out);
        format!("{{\"id\":1,{}", std::str::from_utf8(&out).unwrap())
    }

    #[test]
    fn tracked_items_are_pairs_with_the_id_twice() {
        assert_eq!(
            framed(&WsTracked, Some("c1.a")),
            r#"{"id":1,"result":{"type":"data","data":{"id":"c1.a","data":{"id":"evt-1"}},"id":"c1.a"}}"#
        );
        assert_eq!(
            framed(&WsTracked, None),
            r#"{"id":1,"result":{"type":"data","data":{"id":"evt-1","data":{"id":"evt-1"}}}}"#
        );
    }

    #[test]
    fn plain_items_keep_the_id_outside() {
        assert_eq!(
            framed(&WsPlain, Some("c1.a")),
            r#"{"id":1,"result":{"type":"data","data":{"id":"evt-1"},"id":"c1.a"}}"#
        );
        assert_eq!(
            framed(&WsPlain, None),
            r#"{"id":1,"result":{"type":"data","data":{"id":"evt-1"}}}"#
        );
    }
}
