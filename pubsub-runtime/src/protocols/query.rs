//! Query strings as browsers write and read them, and the id of the last event a client saw.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::percent_decode_str;

/// The parameters of a query string in their order, values still encoded.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), value)
        })
}

/// Undoes form encoding: `+` is a space, a broken escape stands for itself, bytes that are no UTF-8 become U+FFFD.
///
/// # Source
///
/// WHATWG URL, section "application/x-www-form-urlencoded parsing".
pub(crate) fn decode(encoded: &str) -> Cow<'_, str> {
    if !encoded.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(encoded);
    }
    let spaced = encoded.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// The id of the last event a client saw: header `Last-Event-ID`, then the parameters `lastEventId`, `last_event_id` and
/// `Last-Event-Id`; the first that is not empty.
pub(crate) fn last_event_id(headers: &HeaderMap, query: &str) -> Option<String> {
    if let Some(value) = headers.get("last-event-id") {
        let id = String::from_utf8_lossy(value.as_bytes());
        if !id.is_empty() {
            return Some(id.into_owned());
        }
    }
    ["lastEventId", "last_event_id", "Last-Event-Id"]
        .into_iter()
        .find_map(|wanted| {
            parameters(query)
                .find(|(name, value)| name == wanted && !value.is_empty())
                .map(|(_, value)| decode(value).into_owned())
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_and_plus_signs_are_undone() {
        assert_eq!(decode("a+b%20c"), "a b c");
        assert_eq!(decode("%2B%zz%"), "+%zz%");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }

    #[test]
    fn the_header_comes_before_the_parameters_and_empty_counts_as_absent() {
        let mut headers = HeaderMap::new();
        let query = "Last-Event-Id=c&lastEventId=&last_event_id=b%20";
        assert_eq!(last_event_id(&headers, query).as_deref(), Some("b "));
        headers.insert("last-event-id", "a".parse().unwrap());
        assert_eq!(last_event_id(&headers, query).as_deref(), Some("a"));
        assert_eq!(last_event_id(&HeaderMap::new(), "x=1"), None);
    }

    proptest! {
        #[test]
        fn never_panics(query in any::<String>()) {
            for (_, value) in parameters(&query) {
                decode(value);
            }
        }
    }
}
