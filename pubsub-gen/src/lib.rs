//! What `cargo build` emits from declared events.
