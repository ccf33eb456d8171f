//! Bytes in, bytes out: sockets, requests, streams.

pub(crate) mod accept;
pub(crate) mod http;
pub(crate) mod io;
pub(crate) mod limits;
pub(crate) mod origin;
pub(crate) mod ready;
pub(crate) mod ws;
