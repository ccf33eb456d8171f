//! What the specification allows in a text.

use super::CloudEventError;

/// A text as attributes may hold it: not empty, without control characters and without what is no character at all.
pub(super) fn check(attribute: &str, text: &str) -> Result<(), CloudEventError> {
    if text.is_empty() {
        return Err(CloudEventError::invalid(
            attribute,
            "is empty; leave it out, or give it a value",
        ));
    }
    if text.chars().any(is_forbidden) {
        return Err(CloudEventError::invalid(
            attribute,
            "holds a control character, which CloudEvents does not allow",
        ));
    }
    Ok(())
}

/// A reference as RFC 3986 has it: the characters, and two hexadecimal digits after each `%`.
pub(super) fn check_reference(attribute: &str, text: &str) -> Result<(), CloudEventError> {
    check(attribute, text)?;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                digit() && digit()
            }
            other => other.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&other),
        };
        if !fits {
            return Err(CloudEventError::invalid(
                attribute,
                "is no URI reference; write for example \"https://shop.example\" or \"/orders\"",
            ));
        }
    }
    Ok(())
}

/// A URI: a reference that begins with a scheme.
pub(super) fn check_uri(attribute: &str, text: &str) -> Result<(), CloudEventError> {
    check_reference(attribute, text)?;
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(fits) {
        return Ok(());
    }
    Err(CloudEventError::invalid(
        attribute,
        "is no URI with a scheme; write for example \"https://shop.example/events-schemas.json\"",
    ))
}

/// The name of an extension.
pub(super) fn check_name(name: &str) -> Result<(), CloudEventError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !name.is_empty() && name.bytes().all(fits) {
        return Ok(());
    }
    Err(CloudEventError::invalid(
        name,
        "is no name of an attribute; write a-z and 0-9 only",
    ))
}

/// Control characters, and code points that Unicode keeps free of characters.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    c.is_control() || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}
