//! Every integration test, in one binary.

mod sockets;
mod wire;
