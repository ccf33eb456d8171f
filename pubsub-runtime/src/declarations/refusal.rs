//! What serde said of a value, and where.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[cfg(feature = "server")]
use crate::words::error::{Error, ErrorKind, shown};
use crate::words::{
    envelope::Raw,
    error::{PathSegment, Violation},
    exact,
};

/// Why serde refuses an input, or an output.
#[doc(hidden)]
#[derive(Debug)]
pub struct Refusal {
    /// Where: field names and indexes, outermost first. Of an input it is empty in builds without a server, which do not look.
    pub path: Vec<PathSegment>,
    /// What serde said.
    pub error: serde_json::Error,
}

/// Reads JSON; only a refusal is read a second time, to find where it is.
#[doc(hidden)]
pub(crate) fn decode<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(json).map_err(|error| {
        locate::<T>(json).unwrap_or(Refusal {
            path: Vec::new(),
            error,
        })
    })
}

/// Reads JSON as a `T` and writes it again, so that what subscribers receive has the output shape.
///
/// # Errors
///
/// What serde says of JSON that it refuses, or of a value that it cannot write.
#[doc(hidden)]
pub(crate) fn canonical<T: Serialize + DeserializeOwned>(json: &str) -> Result<Raw, Refusal> {
    encode(&decode::<T>(json)?)
}

/// Writes a value as JSON whose numbers JavaScript reads as they were meant; any other is refused.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Raw, Refusal> {
    exact::to_raw_value(value).map_err(|exact::Unwritten { path, error }| Refusal { path, error })
}

#[cfg(feature = "server")]
fn locate<'a, T: Deserialize<'a>>(json: &'a str) -> Option<Refusal> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let refused = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err()?;
    let path = refused.path().iter().filter_map(segment).collect();
    Some(Refusal {
        path,
        error: refused.into_inner(),
    })
}

#[cfg(feature = "server")]
fn segment(segment: &serde_path_to_error::Segment) -> Option<PathSegment> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(PathSegment::Index(*index)),
        Segment::Map { key } => Some(PathSegment::Key(key.clone())),
        Segment::Enum { variant } => Some(PathSegment::Key(variant.clone())),
        Segment::Unknown => None,
    }
}

#[cfg(not(feature = "server"))]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "stands in for the function that finds the field, which only servers have"
)]
fn locate<'a, T: Deserialize<'a>>(_json: &'a str) -> Option<Refusal> {
    None
}

#[cfg(feature = "server")]
impl Refusal {
    /// The refusal of what the event of this name carries, for the one who gave the value; `part` says what of the event it is.
    pub(crate) fn into_error(self, part: &str, name: &str) -> Error {
        let said = self.to_text(part, name);
        Error::new(ErrorKind::Unwritable, said).with_source(self.error)
    }

    /// As [`Refusal::into_error`], where a client would hear it: it is not the client's fault, and only logs tell more.
    pub(crate) fn into_internal(self, part: &str, name: &str) -> Error {
        let said = self.to_text(part, name);
        Error::new(ErrorKind::Unwritable, "internal server error").with_source(said)
    }

    fn to_text(&self, part: &str, name: &str) -> String {
        let place = shown(&self.path);
        let error = &self.error;
        if place.is_empty() {
            format!("{part}`{name}` cannot be written: {error}")
        } else {
            format!("{part}`{name}` cannot be written: `{place}`: {error}")
        }
    }
}

impl Refusal {
    /// The refusal as a violation of an input in which this value stands at `prefix`.
    pub fn into_violation(self, prefix: &[&str]) -> Violation {
        let said = self.error.to_string();
        let message = said
            .rsplit_once(" at line ")
            .map_or(said.as_str(), |(message, _)| message)
            .to_owned();
        let mut path: Vec<_> = prefix
            .iter()
            .map(|key| PathSegment::Key((*key).to_owned()))
            .chain(self.path)
            .collect();
        // serde names the object that lacks the field; people look for the field.
        if let Some(field) = quoted(&message, "missing field ") {
            path.push(PathSegment::Key(field.to_owned()));
        }
        Violation {
            path,
            code: code(&message),
            message,
        }
    }
}

fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message
        .strip_prefix(before)?
        .strip_prefix('`')?
        .split('`')
        .next()
}

fn code(message: &str) -> &'static str {
    const CODES: [(&str, &str); 5] = [
        ("missing field", "missing_field"),
        ("invalid type", "invalid_type"),
        ("unknown variant", "unknown_variant"),
        ("unknown field", "unknown_field"),
        ("duplicate field", "duplicate_field"),
    ];
    CODES
        .iter()
        .find(|(start, _)| message.starts_with(start))
        .map_or("invalid_value", |(_, code)| code)
}
