//! Keys in JSON pointers.

/// The key of a definition, out of the JSON pointer in a URI fragment.
pub(super) fn decoded(encoded: &str) -> String {
    let key = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    key.replace("~1", "/").replace("~0", "~")
}
