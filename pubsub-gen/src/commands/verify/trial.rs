//! A value, what serde says of it, and what the other witnesses must say therefore.

use serde_json::Value;

use super::{changes::Change, place::Place, subject::Said};

/// Which type of an event a value is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// What clients may send.
    Sent,
    /// What clients receive.
    Received,
}

/// What the type and the schema must say of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expected {
    Taken,
    Refused,
    /// serde cannot say, as it does not read what it writes: the type must refuse what the schema refuses.
    AsTheSchema,
}

/// A value to hold against the type and the schema.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) side: Side,
    pub(super) value: Value,
    pub(super) change: Change,
    /// Where it was changed, or where it differs from what serde writes.
    pub(super) place: Place,
    pub(super) expected: Expected,
    pub(super) said: Said,
}

/// Who says whether a value is of a type, beside serde.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Witness {
    TypeScript,
    JsonSchema,
}
