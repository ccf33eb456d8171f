//! Pull from an ordered log; a notification only wakes; connections are cursors, not queues.

pub(crate) mod framing;
pub(crate) mod source;
