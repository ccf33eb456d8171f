//! What the server itself tells, and what stands around a payload.

use pubsub_runtime::system::{GAP, LIVE, READY, SNAPSHOT};
use serde_json::{Map, Value, json};

use crate::ts::GAP_REASONS;

use super::{SCHEMAS, key_of};

/// The messages that every channel has, by key.
pub(super) fn messages() -> Map<String, Value> {
    let said = [
        (
            READY,
            "PubSubReady",
            "The first message of a subscription: from here on nothing is missed silently.",
        ),
        (
            LIVE,
            "PubSubLive",
            "After events were replayed or lost, the subscription has caught up; told again while it is quiet.",
        ),
        (
            GAP,
            "PubSubGap",
            "Something cannot be replayed, or continuity cannot be proven; it comes before the next event.",
        ),
    ];
    said.into_iter()
        .map(|(name, payload, description)| {
            let payload = json!({ "$ref": format!("{SCHEMAS}{payload}") });
            let message = json!({
                "name": name,
                "description": description,
                "payload": envelope(&json!({ "const": name }), &json!({ "type": "string" }), &payload),
            });
            (key_of(name), message)
        })
        .collect()
}

/// The message with what a subscriber needs instead of lost history.
pub(super) fn snapshot(channel: &str, payload: &Value) -> Value {
    json!({
        "name": SNAPSHOT,
        "description": "What a subscriber needs instead of the events it lost.",
        "payload": envelope(&json!({ "const": SNAPSHOT }), &json!({ "const": channel }), payload),
    })
}

/// An envelope of this name and channel.
pub(super) fn envelope(name: &Value, channel: &Value, payload: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["id", "name", "channel", "payload", "timestamp"],
        "properties": {
            "id": { "type": "string", "description": "Unique; of a `pubsub:` event it is the cursor." },
            "name": name,
            "channel": channel,
            "payload": payload,
            "timestamp": { "type": "string", "format": "date-time", "description": "When it was published." },
            "meta": { "$ref": format!("{SCHEMAS}EventMeta") },
        },
    })
}

/// What the sender of an event is told of a failure that its action declares.
pub(super) fn error(event: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["message", "code", "data"],
        "properties": {
            "message": { "type": "string", "description": "What is wrong, for people." },
            "code": { "type": "integer", "description": "The JSON-RPC number of `data.code`." },
            "data": {
                "type": "object",
                "required": ["code", "httpStatus", "event"],
                "properties": {
                    "code": { "type": "string", "description": "The tRPC name, such as `BAD_REQUEST`." },
                    "httpStatus": { "type": "integer", "minimum": 400, "maximum": 599 },
                    "path": { "type": "string", "description": "The procedure, where one was called." },
                    "event": event,
                },
            },
        },
    })
}

/// The schemas that the above refer to; a user's type cannot have one of these names.
pub(super) fn schemas() -> [(&'static str, Value); 4] {
    let cursor = |description: &str| {
        json!({
            "type": "object",
            "required": ["cursor"],
            "properties": { "cursor": { "type": "string", "description": description } },
        })
    };
    let text = |description: &str| json!({ "type": "string", "description": description });
    [
        (
            "EventMeta",
            json!({
                "type": "object",
                "description": "What else is known of an event.",
                "properties": {
                    "version": { "type": "integer", "minimum": 1, "description": "The version of the event's declaration." },
                    "source": text("The program that published it."),
                    "requestId": text("The request that led to it."),
                    "clientEventId": text("The id its sender gave."),
                    "partitionKey": text("The key that decides its log; order is promised among the events of one key."),
                    "causedBy": text("The id of the event whose action emitted it."),
                },
            }),
        ),
        (
            "PubSubGap",
            json!({
                "type": "object",
                "required": ["channel", "reason", "requested", "resumeFrom"],
                "properties": {
                    "channel": text("The channel that lost continuity."),
                    "reason": { "enum": GAP_REASONS, "description": "Why continuity is lost." },
                    "missed": { "type": "integer", "minimum": 0, "description": "How many events do not come, where that is known exactly." },
                    "requested": text("The cursor or event id the subscription asked to resume after."),
                    "resumeFrom": text("The cursor it goes on after."),
                    "oldest": { "type": "string", "format": "date-time", "description": "The timestamp of the oldest event still retained." },
                    "certain": { "const": false, "description": "Where events may be lost and nobody can tell." },
                },
            }),
        ),
        ("PubSubLive", cursor("The place reached.")),
        (
            "PubSubReady",
            cursor("The place the subscription starts after."),
        ),
    ]
}
