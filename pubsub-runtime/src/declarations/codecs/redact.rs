//! The word `redact`: what serde says of a value that does not fit holds nothing of it.

use serde::{Deserialize, Deserializer, de::Error};

/// What is said of a redacted value that does not fit.
const REFUSED: &str = "invalid value: it is redacted, so it is not shown";

/// Reads a value, and tells nothing of it if it does not fit.
///
/// # Errors
///
/// The value does not fit.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    hide(deserializer, T::deserialize)
}

/// As [`deserialize`], with the codec of the field.
///
/// # Errors
///
/// The value does not fit.
pub fn hide<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: impl FnOnce(D) -> Result<T, D::Error>,
) -> Result<T, D::Error> {
    read(deserializer).map_err(|_| D::Error::custom(REFUSED))
}

/// What `Debug` prints of a redacted value.
#[derive(Clone, Copy)]
pub struct Redacted;

impl std::fmt::Debug for Redacted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Card {
        #[serde(deserialize_with = "deserialize")]
        #[allow(dead_code, reason = "only read")]
        number: u32,
    }

    #[test]
    fn a_value_that_does_not_fit_is_not_quoted() {
        for json in [
            r#"{"number":"4111"}"#,
            r#"{"number":4111000000000}"#,
            r#"{"number":["4111"]}"#,
        ] {
            let said = serde_json::from_str::<Card>(json).unwrap_err().to_string();
            assert!(said.starts_with(REFUSED), "{said}");
            assert!(!said.contains("411"), "{said}");
        }
        assert!(serde_json::from_str::<Card>(r#"{"number":1}"#).is_ok());
    }
}
