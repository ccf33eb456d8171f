//! The numbers that JavaScript reads as they were meant.

/// The greatest integer up to which every one has a JavaScript number of its own: 2^53 − 1.
pub(crate) const MAX: u64 = (1 << 53) - 1;

/// What is said of an integer beyond ±[`MAX`]. The value is not told: it may be redacted.
pub(crate) const BEYOND: &str = "JavaScript holds no integer beyond ±9007199254740991 exactly; write `int = \"string\"` on the field";

/// What is said of a float that JSON has no number for.
#[cfg(any(feature = "registry", feature = "client"))]
pub(crate) const NOT_FINITE: &str =
    "JSON has no number for NaN and infinity; leave the field out, as with an `Option`";

/// Checks every number of a JSON text.
///
/// # Errors
///
/// What is wrong with the first that does not fit.
#[cfg(any(feature = "registry", feature = "client"))]
pub(crate) fn check_json(json: &str) -> Result<(), &'static str> {
    let mut rest = json;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = rest.get(start..).unwrap_or_default();
        let length = if rest.starts_with('"') {
            string_length(rest)
        } else {
            let is_end =
                |c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
            let length = rest.find(is_end).unwrap_or(rest.len());
            check(rest.get(..length).unwrap_or_default())?;
            length
        };
        rest = rest.get(length.max(1)..).unwrap_or_default();
    }
    Ok(())
}

/// The length in bytes of the JSON string that `text` begins with.
#[cfg(any(feature = "registry", feature = "client"))]
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(any(feature = "registry", feature = "client"))]
fn check(number: &str) -> Result<(), &'static str> {
    if number.contains(['.', 'e', 'E']) {
        let is_finite = number.parse::<f64>().is_ok_and(f64::is_finite);
        return if is_finite { Ok(()) } else { Err(NOT_FINITE) };
    }
    let digits = number.trim_start_matches('-');
    let is_safe = digits.parse::<u64>().is_ok_and(|digits| digits <= MAX);
    if is_safe { Ok(()) } else { Err(BEYOND) }
}

#[cfg(all(test, feature = "registry"))]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_text_is_checked_and_no_string_is() {
        for fits in [
            "null",
            "9007199254740991",
            "-9007199254740991",
            "0.1",
            "1e308",
            "12345678901234567890.5",
            r#"{"9007199254740992":"9007199254740992","a\"":[1,"\\",-2]}"#,
        ] {
            assert_eq!(check_json(fits), Ok(()), "{fits}");
        }
        for beyond in [
            "9007199254740992",
            "-9007199254740992",
            r#"{"a":[1,99999999999999999999999]}"#,
            r#"["\\",9007199254740993]"#,
        ] {
            assert_eq!(check_json(beyond), Err(BEYOND), "{beyond}");
        }
        assert_eq!(check_json("[1e999]"), Err(NOT_FINITE));
    }
}
