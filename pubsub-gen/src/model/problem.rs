//! What cannot be said truly in a client's types.

use std::fmt;

/// A place inside a declared type, such as ``orders:created › items[] › price``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    /// The root of an event's payload, reply or error.
    pub(crate) fn root(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// A member.
    pub(crate) fn member(&self, name: &str) -> Self {
        Self(format!("{} › {name}", self.0))
    }

    /// The items of a list, or one of a tuple.
    pub(crate) fn item(&self, index: Option<usize>) -> Self {
        match index {
            Some(index) => Self(format!("{}[{index}]", self.0)),
            None => Self(format!("{}[]", self.0)),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A type that clients could not be told the truth of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}; {remedy}")]
pub(crate) struct TypeError {
    pub(crate) place: Place,
    pub(crate) what: String,
    /// What to write, best first.
    pub(crate) remedy: String,
}
