//! Which of a channel's logs an event goes to.

use std::sync::Arc;

use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::{
    member,
    table::{Channel, ChannelLog, EventInfo},
};
use crate::words::error::{Error, Result};

/// The longest partition key, in bytes: it stands in the envelope a second time.
const MAX_KEY_BYTES: usize = 1_024;

/// Why an event has no partition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field `{field}` decides the partition: {rule}")]
pub(super) struct NoKey {
    /// The payload field, as on the wire.
    pub(super) field: Box<str>,
    pub(super) rule: &'static str,
}

/// The log of an event with this key: the first eight bytes of SHA-256 of the key, as a big-endian number, modulo the number of logs.
///
/// Every server, machine and version must come to the same log, or the order of a key is lost; so this never changes.
fn shard(key: &str, logs: usize) -> usize {
    let digest = Sha256::digest(key.as_bytes());
    let number = digest
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    // The remainder is below `logs`, so it fits.
    usize::try_from(number % logs.max(1) as u64).unwrap_or(0)
}

/// The log of `channel` that an event with this key goes to.
pub(super) fn log<'a>(channel: &'a Channel, key: Option<&str>) -> Result<&'a ChannelLog> {
    let index = match key {
        Some(key) => shard(key, channel.logs.len()),
        None if channel.logs.len() > 1 => {
            return Err(Error::internal(format!(
                "an event of the partitioned channel `{}` has no partition key",
                channel.name
            )));
        }
        None => 0,
    };
    channel
        .logs
        .get(index)
        .ok_or_else(|| Error::internal("a channel has no log"))
}

/// The partition key of an event with this payload; `None` if the event has none.
///
/// # Errors
///
/// The field is missing, null, no scalar, or too long.
pub(super) fn key(event: &EventInfo, payload: &RawValue) -> Result<Option<Arc<str>>, NoKey> {
    key_of(event.partition_key.as_deref(), payload)
}

fn key_of(field: Option<&str>, payload: &RawValue) -> Result<Option<Arc<str>>, NoKey> {
    let Some(field) = field else {
        return Ok(None);
    };
    let refuse = |rule| NoKey {
        field: field.into(),
        rule,
    };
    match member::scalar(payload, field) {
        Err(rule) => Err(refuse(rule)),
        Ok(key) if key.len() > MAX_KEY_BYTES => Err(refuse("it must have at most 1,024 bytes")),
        Ok(key) => Ok(Some(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_the_same_partition_on_every_machine_and_version() {
        let keys = [
            "",
            "a",
            "tenant-1",
            "42",
            "true",
            "Grüße",
            "0198f2b0-7d3a-7000-8a5e-0242ac120002",
        ];
        assert_eq!(keys.map(|key| shard(key, 16)), GOLDEN_16);
        assert_eq!(keys.map(|key| shard(key, 3)), GOLDEN_3);
        assert_eq!(keys.map(|key| shard(key, 1)), [0; 7]);
    }

    // From `printf %s KEY | sha256sum`: the first 16 digits as a number, modulo 16 and 3.
    const GOLDEN_16: [usize; 7] = [4, 10, 14, 13, 12, 10, 0];
    const GOLDEN_3: [usize; 7] = [1, 1, 2, 0, 1, 0, 2];

    fn key_at(field: Option<&str>, payload: &str) -> Result<Option<Arc<str>>, NoKey> {
        key_of(field, &RawValue::from_string(payload.to_owned()).unwrap())
    }

    fn order_id(payload: &str) -> Result<Option<Arc<str>>, &'static str> {
        key_at(Some("orderId"), payload).map_err(|refused| refused.rule)
    }

    #[test]
    fn a_key_is_a_scalar_of_the_payload() {
        for (payload, expected) in [
            (r#"{"orderId":"a"}"#, "a"),
            (
                r#"{"x":{"orderId":"no"},"y":[{"orderId":1}],"orderId":"a\"\u00fc"}"#,
                "a\"ü",
            ),
            (r#"{"orderId":42,"z":null}"#, "42"),
            (r#"{"orderId":-1.5e3}"#, "-1.5e3"),
            (r#"{"order\u0049d":true}"#, "true"),
            (r#"{"orderId":""}"#, ""),
        ] {
            assert_eq!(order_id(payload), Ok(Some(expected.into())), "{payload}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_rule() {
        let long = format!(r#"{{"orderId":"{}"}}"#, "a".repeat(1_025));
        for (payload, rule) in [
            (r#"{"orderId":null}"#, "it must not be null"),
            (r#"{"orderid":"a"}"#, "it must be there"),
            ("{}", "it must be there"),
            ("null", "it must be there"),
            (r#"[{"orderId":1}]"#, "it must be there"),
            (
                r#"{"orderId":{}}"#,
                "it must be a string, number or boolean",
            ),
            (
                r#"{"orderId":["a"]}"#,
                "it must be a string, number or boolean",
            ),
            (&long, "it must have at most 1,024 bytes"),
        ] {
            assert_eq!(order_id(payload), Err(rule), "{payload}");
        }
    }

    #[test]
    fn an_event_without_a_key_has_none() {
        assert_eq!(key_at(None, "{}"), Ok(None));
    }
}
