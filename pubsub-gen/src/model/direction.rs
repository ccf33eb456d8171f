//! Which way a value crosses the wire.

use pubsub_runtime::Definitions;
use serde_json::{Map, Value};

use crate::words::Word;

/// Which way a value crosses the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// serde writes it, clients receive it.
    Output,
    /// Clients send it, serde reads it.
    Input,
}

impl Direction {
    /// The definitions of this direction.
    pub(crate) fn definitions(self, definitions: &Definitions) -> &Map<String, Value> {
        match self {
            Self::Output => &definitions.output,
            Self::Input => &definitions.input,
        }
    }

    /// The keyword for how many items of a tuple are always there, where that is not all of them.
    pub(crate) const fn least(self) -> Word {
        match self {
            Self::Output => Word::LeastWritten,
            Self::Input => Word::LeastRead,
        }
    }
}
