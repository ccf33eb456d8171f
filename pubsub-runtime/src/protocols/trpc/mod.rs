//! tRPC v10 and v11 over HTTP, SSE and WebSocket: where the two differ, v11's behaviour.

pub(crate) mod codes;
pub(crate) mod input;
pub(crate) mod message;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod stream;
pub(crate) mod ws_framing;
