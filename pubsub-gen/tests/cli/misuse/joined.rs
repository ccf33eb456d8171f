//! Joins two domains that declare the same.

/// What both declare.
pub fn registry() -> pubsub_runtime::Registry {
    first::registry().merge(second::registry())
}
