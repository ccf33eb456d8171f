//! Layer `protocols`.
