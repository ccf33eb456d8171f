//! The events of the example.
