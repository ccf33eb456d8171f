//! Bytes in, bytes out: sockets, requests, streams.

pub(crate) mod limits;
