//! Customers talk to the shop.

use chrono::{DateTime, Utc};
use pubsub_runtime::{ActionCtx, EventError, event, model};
use uuid::Uuid;

/// Somebody said something.
#[event(
    channel = "chat",
    idempotent = "required",
    rate = "2/s",
    max_payload = "8KiB",
    example = r#"{"room": "support-17", "text": "Hello!"}"#
)]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    #[event(filter)]
    pub room: String,
    /// Markdown; at most 4,000 characters.
    pub text: String,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// What stands in a message beside its text.
#[model]
#[derive(Debug, Clone)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    Image {
        url: String,
        alt: Option<String>,
    },
    /// A thing that is for sale.
    Product {
        sku: String,
    },
    Poll(Poll),
}

#[model]
#[derive(Debug, Clone)]
pub struct Poll {
    pub question: String,
    /// Two or more.
    pub answers: Vec<String>,
}

#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    pub message_id: Uuid,
    pub at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum SayError {
    /// The room is closed, or the customer was asked to leave.
    #[error("you are not in room {room}")]
    #[event_error(code = "FORBIDDEN")]
    NotInRoom { room: String },
    #[error("slow down")]
    #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "2s")]
    TooFast,
}

/// Stores the message and hands it to everybody in the room.
#[event(channel = "chat")]
pub async fn said(_ctx: &ActionCtx, message: Said) -> Result<Sent, SayError> {
    if message.text.is_empty() {
        return Err(SayError::TooFast);
    }
    Ok(Sent {
        message_id: Uuid::nil(),
        at: DateTime::UNIX_EPOCH,
    })
}

/// Somebody is typing; shown for five seconds.
#[event(channel = "chat", direction = "both")]
#[derive(Debug, Clone)]
pub struct Typing {
    #[event(filter)]
    pub room: String,
    pub who: String,
}

/// Everything up to a message was read.
#[event(channel = "chat", name = "read", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Read {
    #[event(filter)]
    pub room: String,
    pub up_to: Uuid,
}

/// A sign beside a message.
#[event(channel = "chat", direction = "both")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Reacted {
    #[event(filter)]
    pub room: String,
    pub message_id: Uuid,
    pub sign: Sign,
}

/// An emoji, or the number of a picture of the shop's own.
#[model]
#[derive(Debug, Clone)]
#[serde(untagged)]
pub enum Sign {
    Emoji(char),
    Own(u32),
}

#[event(channel = "chat")]
#[derive(Debug, Clone)]
pub struct Joined {
    #[event(filter)]
    pub room: String,
    pub who: String,
}

#[event(channel = "chat")]
#[derive(Debug, Clone)]
pub struct Left {
    #[event(filter)]
    pub room: String,
    pub who: String,
    pub because: Option<String>,
}

/// Opens a room, for whoever waits; answers its name.
#[event(channel = "chat", name = "open-room")]
pub async fn open_room(_ctx: &ActionCtx, _topic: Option<String>) -> Result<String, SayError> {
    Ok("support-1".to_owned())
}
