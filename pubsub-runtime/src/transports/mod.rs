//! Bytes in, bytes out: sockets, requests, streams.

pub(crate) mod http;
pub(crate) mod limits;
pub(crate) mod origin;
pub(crate) mod ws;
