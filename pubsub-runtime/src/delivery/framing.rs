//! How an event becomes the bytes of one protocol: made once, shared by every subscriber of that framing.

use bytes::BytesMut;

/// Which cache of shared frames a framing fills: each stands for one protocol's bytes of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// `/events` with the event's own id.
    RawSse,
    /// `/events` with the cursor token as id.
    RawSseToken,
    /// tRPC over SSE.
    TrpcSse,
    /// tRPC over WebSocket, `{id, data}` items: the message after its own `id`.
    WsTracked,
    /// tRPC over WebSocket, plain items: the message after its own `id`.
    WsPlain,
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = 5;

    /// Its place in an array of [`Slot::COUNT`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One event about to be framed.
#[derive(Debug, Clone, Copy)]
pub struct EventFrame<'a> {
    /// The envelope as JSON, on one line.
    pub body: &'a [u8],
    /// The event's name, such as `orders:created` or `pubsub:gap`; it follows the grammar of names.
    pub name: &'a str,
    /// The envelope's `id`: a UUID, or the token for system events.
    pub id: &'a str,
    /// The cursor token right after this event; `None` for a frame that must not move the client's place.
    pub token: Option<&'a str>,
}

/// One protocol's way of writing events. Implemented by the protocols, called by delivery.
pub trait Framing: Send + Sync + 'static {
    /// The cache its frames are shared through.
    fn slot(&self) -> Slot;

    /// Appends the bytes of one event.
    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut);

    /// Appends a frame that carries the token without an event, to be sent when a subscription was quiet; protocols that
    /// have none append nothing. `None` while the place is not settled: the frame says only that the connection lives.
    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut);
}
