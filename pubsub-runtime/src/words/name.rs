//! The grammar of channel and event names.

/// The longest event name, in bytes.
pub(crate) const MAX_NAME_BYTES: usize = 100;

/// The prefix of the events the runtime itself sends.
#[cfg(feature = "server")]
pub(crate) const RESERVED_CHANNEL: &str = "pubsub";

/// Splits `orders:created` into its channel family and its word; `None` if it is no event name.
///
/// ```text
/// name    = channel ":" word        at most 100 bytes
/// channel = [a-z] [a-z0-9_]*
/// word    = [a-z0-9] [a-z0-9._-]*
/// ```
pub(crate) fn split_event_name(name: &str) -> Option<(&str, &str)> {
    let (channel, word) = name.split_once(':')?;
    (name.len() <= MAX_NAME_BYTES && is_channel_name(channel) && is_event_word(word))
        .then_some((channel, word))
}

/// Whether `name` follows the grammar of channel names; what is reserved is not refused here.
pub(crate) fn is_channel_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether `word` follows the grammar of the part after the colon.
pub(crate) fn is_event_word(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
        && bytes.all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar() {
        assert_eq!(
            split_event_name("orders:created"),
            Some(("orders", "created"))
        );
        assert_eq!(
            split_event_name("orders:created.v2"),
            Some(("orders", "created.v2"))
        );
        for bad in [
            "",
            "orders",
            "orders:",
            ":created",
            "Orders:created",
            "orders:a:b",
            "1o:a",
            "o:_a",
            "o:a b",
            &format!("o:{}", "a".repeat(99)),
        ] {
            assert_eq!(split_event_name(bad), None, "{bad}");
        }
    }
}
