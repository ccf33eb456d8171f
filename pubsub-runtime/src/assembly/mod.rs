//! Layer `assembly`.
